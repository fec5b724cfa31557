package io.vmdisk;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, over the classes of all modules. */
class HouseRulesTest {
    private static final String ROOT = "io.vmdisk";

    /** For each room those whose words it may use; what it uses itself is not repeated. */
    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        room("");
        room("names", "");
        room("storage", "");
        room("storage.look", "storage");
        room("remote", "storage");
        room("compress", "");
        room("charset", "");
        room("dictionary", "storage", "charset");
        room("descriptor", "charset", "names");
        room("descriptor.files", "descriptor", "storage.look");
        room("guest", "");
        for (String family : List.of("partition", "ext", "xfs", "ntfs", "fat")) {
            room("guest." + family, "guest");
        }
        room("guest.scan", "guest.partition", "guest.ext", "guest.xfs", "guest.ntfs", "guest.fat");
        room("extent", "storage", "compress");
        for (String format : List.of("flat", "hosted", "cowd", "sesparse")) {
            room("extent." + format, "extent");
        }
        room("extent.hosted.stream", "extent.hosted");
        room("format", "storage.look", "extent.hosted", "extent.cowd", "extent.sesparse");
        room("disk", "format", "extent.flat", "extent.hosted.stream", "descriptor.files");
        room("disk.make", "disk", "dictionary");
        room("disk.resize", "disk.make");
        room("bulk", "disk");
        room("compare", "bulk");
        room("transfer", "compare", "disk.make");
        room("nbd", "transfer", "guest.partition");
        room("hash", "transfer");
        room("export", "transfer");
        room("check.evidence", "transfer");
        room("check", "check.evidence");
        room("plan.fold", "transfer");
        room("plan.step", "plan.fold", "disk.resize");
        room("plan", "plan.step");
        room("plan.disk", "plan");
        room("space", "plan", "guest.scan");
        room("repair", "plan", "check", "space");
        room("disks", "repair", "plan.disk");
        room("vmx.hardware", "");
        room("vmx", "vmx.hardware", "dictionary", "storage.look");
        room("vmx.lint", "vmx");
        room("snapshot.vmsn", "vmx");
        room("snapshot.vmsd", "vmx");
        room("machine.model", "vmx", "disk");
        room("vm", "snapshot.vmsn", "snapshot.vmsd", "machine.model");
        room("snapshot", "vm", "plan.disk", "repair");
        room("clone", "snapshot");
        room("rescue", "snapshot");
        room("machine", "clone", "rescue");
        room("cli.view", "names");
        room("cli.line", "machine", "vmx.lint", "nbd", "hash", "export", "remote", "cli.view");
        room("cli.answer", "cli.line");
        room("cli.disk", "cli.answer");
        room("cli.machine", "cli.disk");
        room("cli.vmx", "cli.answer");
        room("cli.report", "cli.vmx");
        room("cli.start", "cli.disk", "cli.machine", "cli.report");
        room("cli", "cli.start");
    }

    private static JavaClasses classes;

    private static void room(String name, String... uses) {
        Set<String> all = new TreeSet<>(Set.of(name));
        for (String use : uses) {
            all.addAll(MAY_USE.get(use));
        }
        MAY_USE.put(name, List.copyOf(all));
    }

    @BeforeAll
    static void importClasses() {
        classes = OurClasses.get();
    }

    private static String roomOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }

    @Test
    void everyClassLivesInARoomOfTheHouse() {
        Set<String> rooms = new TreeSet<>();
        classes.forEach(type -> rooms.add(roomOf(type)));

        assertThat(MAY_USE.keySet()).containsAll(rooms);
        assertThat(rooms).contains("", "storage", "extent", "cli");
    }

    @Test
    void arrowsRunOneWay() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            List<String> allowed = MAY_USE.getOrDefault(roomOf(type), List.of());
            type.getDirectDependenciesFromSelf().stream()
                    .filter(arrow -> arrow.getTargetClass().getPackageName().startsWith(ROOT))
                    .filter(arrow -> !allowed.contains(roomOf(arrow.getTargetClass())))
                    .forEach(arrow -> wrong.add(
                            type.getName() + " uses " + arrow.getTargetClass().getName()));
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("io.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void aCheckOnlyLooks() {
        noClasses()
                .that(resideInAPackage("io.vmdisk.check.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.vmdisk.plan..",
                        "io.vmdisk.repair..",
                        "io.vmdisk.space..",
                        "io.vmdisk.guest..",
                        "io.vmdisk.disk.make..",
                        "io.vmdisk.disk.resize.."))
                .because("a check has no hands to write with")
                .check(classes);
    }

    /**
     * Streams are a format of their own, read and written from front to back, which those who do that know by name; and
     * what they hand on is grains still packed.
     */
    private static final Map<String, Set<String>> KNOWS_OF_STREAMS = Map.of(
            "disk.make", Set.of("extent.hosted.stream"),
            "transfer", Set.of("extent.hosted.stream", "GrainUnpacker", "PackedGrain"));

    @Test
    void aFormatIsKnownByItsDoorAlone() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            String room = roomOf(type);
            if (room.equals("format") || isInAFormat(room)) {
                continue;
            }
            Set<String> known = KNOWS_OF_STREAMS.getOrDefault(room, Set.of());
            type.getDirectDependenciesFromSelf().stream()
                    .map(arrow -> arrow.getTargetClass())
                    .filter(target -> target.getPackageName().startsWith(ROOT + ".") && isInAFormat(roomOf(target)))
                    .filter(target -> !known.contains(roomOf(target)) && !known.contains(target.getSimpleName()))
                    .forEach(target -> wrong.add(type.getName() + " uses " + target.getName()));
        }

        assertThat(wrong).as("only the registry names formats").isEmpty();
    }

    /** Of hosted files the streams, which have a folder of their own below, read and write headers and grains too. */
    @Test
    void ofAFormatsFolderOnlyTheFormatIsPublic() {
        assertThat(classes.stream()
                        .filter(type -> roomOf(type).matches("extent\\.(flat|cowd|sesparse)"))
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("FlatFormat", "CowdFormat", "SeSparseFormat");
    }

    private static boolean isInAFormat(String room) {
        return room.matches("extent\\.(hosted|cowd|sesparse)(\\..*)?");
    }

    @Test
    void onlyStorageTouchesFiles() {
        noClasses()
                .that(resideInAPackage("io.vmdisk.."))
                .and()
                .resideOutsideOfPackage("io.vmdisk.storage..")
                .and()
                // The streams that the process was given, its own classes included.
                .haveNameNotMatching("io\\.vmdisk\\.cli\\.line\\.Console(\\$.*)?")
                .and()
                .doNotHaveFullyQualifiedName("io.vmdisk.cli.start.Documents")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(String.join(
                        "|",
                        Arrays.asList(
                                "java\\.nio\\.file\\.Files",
                                "java\\.nio\\.channels\\.(Asynchronous)?FileChannel",
                                "java\\.io\\.(RandomAccessFile|File(In|Out)putStream|FileReader|FileWriter)")))
                .because("crash and fault tests stand on the storage seam")
                .check(classes);
    }
}

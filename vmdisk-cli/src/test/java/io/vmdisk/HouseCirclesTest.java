package io.vmdisk;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Two classes that know each other can only be read and changed together. Those that do are listed with the reason; a new
 * circle fails, and so does a line of the list that is true no more. What a sealed type permits does not count.
 */
class HouseCirclesTest {
    private static final Map<String, String> KNOWN = new TreeMap<>();

    private static void because(String reason, String... pairs) {
        for (String pair : pairs) {
            KNOWN.put(pair, reason);
        }
    }

    static {
        because(
                "an interface has a factory or a default that makes one of its kinds",
                "RunSink VisitingSink",
                "PictureFormat PicturePage",
                "Compression ZipDeflater",
                "Repair RepairSequence",
                "CheckedFolder Volume",
                "ConfinedVolume Volume",
                "LikeVolume Volume",
                "LinkBounds Volume",
                "NioVolume Volume");
        because(
                "a value offers what is worked out of it: the work has a file of its own and reads the value",
                "Descriptor DescriptorFindings",
                "Descriptor DiskFacts",
                "DescriptorLine LineParser",
                "Checkpoint CheckpointChecker",
                "Checkpoint CheckpointSummary",
                "Checkpoint EncryptedContainer",
                "Checkpoint GuestMemory",
                "Checkpoint Screenshot",
                "SnapshotSelector SnapshotTree",
                "SnapshotTree SnapshotTreeEdit",
                "BlockReader SnapshotListReader",
                "SnapshotLinks SnapshotListReader",
                "FolderReader VmFolder",
                "PowerJudge VmFolder",
                "MachineFindings VirtualMachine",
                "VmxEditor VmxFile",
                "FolderContext LintContext",
                "DiskChain DiskUse");
        because(
                "a file system of the JDK's kind, whose parts the JDK wants to know each other",
                "StoreFileSystem StorePath",
                "StoreFileSystem StoreProvider");
        because(
                "one algorithm in two files: each half is read with the other",
                "DirectoryPage GrainTable",
                "GrainMap GrainSpace",
                "GrainTwins HostedChecker",
                "HostedChecker HostedEntryCheck",
                "DamagedExtents ExtentOpener",
                "Journal JournalMarks",
                "LockTable NioVolume",
                "NioVolume SecureFolder",
                "S3Store S3Upload",
                "StreamCopy StreamGrain",
                "StreamCopy StreamImport");
        because(
                "the making of a format's files asks the format's own check or growth",
                "CowdChecker CowdExtents",
                "CowdExtents CowdGrowth",
                "HostedChecker HostedExtents",
                "SeSparseExtents SeSparseGrowth");
    }

    @Test
    void noTwoClassesKnowEachOtherButThoseWithAReason() {
        Map<String, Set<String>> uses = new HashMap<>();
        for (JavaClass from : OurClasses.get()) {
            for (Dependency to : from.getDirectDependenciesFromSelf()) {
                uses.computeIfAbsent(topLevel(from), name -> new TreeSet<>()).add(topLevel(to.getTargetClass()));
            }
        }
        Set<String> circles = new TreeSet<>();
        uses.forEach((one, others) -> others.stream()
                .filter(other -> one.compareTo(other) < 0
                        && uses.getOrDefault(other, Set.of()).contains(one))
                .forEach(other -> circles.add(simple(one) + " " + simple(other))));

        assertThat(circles).isEqualTo(KNOWN.keySet());
    }

    private static String topLevel(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        String name = base.getName();
        return name.indexOf('$') < 0 ? name : name.substring(0, name.indexOf('$'));
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    @Test
    void everyLineOfTheListNamesAPairInOrder() {
        assertThat(KNOWN.keySet().stream()
                        .filter(pair ->
                                pair.split(" ").length != 2 || pair.split(" ")[0].compareTo(pair.split(" ")[1]) >= 0)
                        .collect(Collectors.toSet()))
                .isEmpty();
    }
}

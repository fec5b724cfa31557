package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.FolderPrint;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What disks, machines and other files of strangers name: parents elsewhere, addresses, datastores, numbers. */
@DisabledOnOs(OS.WINDOWS)
class StrangersNamesTest {
    @TempDir
    Path top;

    private Path theirs;
    private Path ours;
    private Path input;

    @BeforeEach
    void makeFolders() throws IOException {
        theirs = Files.createDirectory(top.resolve("theirs"));
        ours = Files.createDirectory(top.resolve("ours"));
        input = Files.write(top.resolve("input"), Patterns.random(1, 100_000));
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
        return run;
    }

    private static void assertRefused(String why, Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains(why);
    }

    private static void replace(Path file, String old, String other) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, other), StandardCharsets.ISO_8859_1);
    }

    /** A disk without a machine names its parents itself: by a name, by a link, as a redo log. */
    @ParameterizedTest
    @ValueSource(strings = {"delta.vmdk by a name", "delta.vmdk by a link", "base.vmdk.REDO_a1B2c3 by a link"})
    void aDiskIsMergedIntoNothingOutsideItsFolderUnlessThatIsNamed(String way) throws IOException {
        Path base = ours.resolve("base.vmdk");
        done("create", base, "1M", "-O", "monolithicSparse");
        byte[] before = Files.readAllBytes(base);
        Path delta = theirs.resolve(way.substring(0, way.indexOf(' ')));
        done("create", delta, "-b", base, "-O", "monolithicSparse");
        done("write", delta, "--offset", 0, "-i", input);
        if (way.endsWith("link")) {
            Files.createSymbolicLink(theirs.resolve("base.vmdk"), base);
            replace(delta, "\"../ours/base.vmdk\"", "\"base.vmdk\"        ");
        }

        for (Object[] line : new Object[][] {
            {"consolidate", delta}, {"consolidate", delta, "--one"}, {"consolidate", delta, "--low-space"}
        }) {
            assertRefused("lies outside the folder of", line);
            assertThat(base).hasBinaryContent(before);
        }
        done("consolidate", delta, "--search", ours);
        assertThat(Files.readAllBytes(base)).isNotEqualTo(before);
    }

    @Test
    void aParentOutsideTheFolderIsNotRelinked() throws IOException {
        Path base = ours.resolve("base.vmdk");
        Path middle = ours.resolve("middle.vmdk");
        Path delta = theirs.resolve("delta.vmdk");
        done("create", base, "1M", "-O", "monolithicSparse");
        done("create", middle, "-b", base, "-O", "monolithicSparse");
        done("create", delta, "-b", middle, "-O", "monolithicSparse");
        replace(middle, "parentCID=fffffffe", "parentCID=12345678");
        byte[] before = Files.readAllBytes(middle);

        assertRefused("lies outside the folder of delta.vmdk", "repair", delta, "--cid", "--force=cid");

        assertThat(middle).hasBinaryContent(before);
        done("repair", middle, "--cid", "--force=cid");
        done("info", delta);
    }

    /** Only the command line has addresses; in a file they are names of files, and there are none of these. */
    @Test
    void noNameInAFileIsAnAddressOrACommand() throws IOException {
        Path made = top.resolve("made");
        String command = "nbd+exec:touch " + made;
        done("create", theirs.resolve("flat.vmdk"), "1M", "-O", "monolithicFlat");
        Path parent = theirs.resolve("parent.vmdk");
        done("create", parent, "-b", theirs.resolve("flat.vmdk"), "-O", "twoGbMaxExtentSparse");
        replace(parent, "\"flat.vmdk\"", "\"" + command + "\"");
        Path extent = Files.copy(theirs.resolve("flat.vmdk"), theirs.resolve("extent.vmdk"));
        replace(extent, "\"flat-flat.vmdk\"", "\"" + command + "\"");
        Path machine = Files.writeString(theirs.resolve("a.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "a"
                nvram = "%1$s"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "%1$s"
                """.formatted(command));
        Files.writeString(theirs.resolve("a.vmsd"), """
                .encoding = "UTF-8"
                snapshot.numSnapshots = "1"
                snapshot.lastUID = "1"
                snapshot.current = "1"
                snapshot0.uid = "1"
                snapshot0.filename = "%1$s"
                snapshot0.displayName = "s"
                snapshot0.numDisks = "1"
                snapshot0.disk0.fileName = "%1$s"
                snapshot0.disk0.node = "scsi0:0"
                """.formatted(command));
        List<Object[]> lines = new ArrayList<>();
        for (Path file : List.of(parent, extent, machine)) {
            lines.add(new Object[] {"info", file});
            lines.add(new Object[] {"check", file});
            lines.add(new Object[] {"convert", file, top.resolve("new.vmdk"), "-O", "thin"});
            lines.add(new Object[] {"clone", file, top.resolve("clone")});
            lines.add(new Object[] {"hash", file});
            lines.add(new Object[] {"consolidate", file});
        }
        lines.add(new Object[] {"snapshot", "delete-all", theirs});
        lines.add(new Object[] {"snapshot", "revert", theirs, "s"});
        lines.add(new Object[] {"read", extent, "--offset", 0, "--length", 1});

        for (Object[] line : lines) {
            CommandLineRun run = CommandLineRun.of(line);
            assertThat(run.exitCode()).as(Arrays.toString(line) + run.err()).isNotEqualTo(ExitCodes.BUG);
            assertThat(made).as(Arrays.toString(line)).doesNotExist();
        }
    }

    /** {@code --map} says where names of a datastore lead, and makes no extent of what lies elsewhere. */
    @Test
    void aDatastoreThatIsMappedLendsNoFileToADisk() throws IOException {
        Path store = Files.createDirectory(theirs.resolve("ds2"));
        Files.copy(input, ours.resolve("secret"));
        Files.createSymbolicLink(store.resolve("link"), ours.resolve("secret"));
        Path disk = theirs.resolve("flat.vmdk");
        done("create", disk, "64k", "-O", "monolithicFlat");
        String text = Files.readString(disk);
        Map<String, String> before = FolderPrint.of(ours);
        for (String name : List.of(
                "/vmfs/volumes/ds2/link",
                "/vmfs/volumes/ds2/../../ours/secret",
                "/vmfs/volumes/ds2/../../.." + ours.resolve("secret"))) {
            Files.writeString(disk, text.replace("flat-flat.vmdk", name));
            assertRefused(
                    "is not in the descriptor's folder",
                    "convert",
                    disk,
                    top.resolve("new.raw"),
                    "-O",
                    "raw",
                    "--map",
                    "ds2=" + store);
            CommandLineRun write = CommandLineRun.of("write", disk, "--offset", 0, "-i", input, "--length", 100);
            assertThat(write.exitCode()).isEqualTo(ExitCodes.REFUSED);
            assertThat(top.resolve("new.raw")).doesNotExist();
            assertThat(FolderPrint.of(ours)).isEqualTo(before);
        }
    }

    /** A link to nowhere and one in a circle, by every name that means something, hinder no command. */
    @Test
    void linksThatLeadNowhereHinderNothing() throws IOException {
        done("create", theirs.resolve("a.vmdk"), "1M", "-O", "monolithicSparse");
        Path machine = Files.writeString(theirs.resolve("a.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "a"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                """);
        for (String ending : List.of(
                ".vmdk",
                "-flat.vmdk",
                "-s001.vmdk",
                ".vmdk.REDO_a1B2c3",
                ".vmx",
                ".vmtx",
                ".vmsd",
                ".vmsn",
                ".vmss",
                ".vmem",
                ".vmxf",
                ".nvram",
                ".log",
                "-ctk.vmdk",
                ".vmdk.vmdisk-new")) {
            Files.createSymbolicLink(theirs.resolve("gone" + ending), Path.of("nowhere" + ending));
            Files.createSymbolicLink(theirs.resolve("loop" + ending), Path.of("loop" + ending));
        }
        Path disk = theirs.resolve("a.vmdk");

        done("info", theirs);
        done("files", theirs);
        assertThat(CommandLineRun.of("check", theirs).exitCode()).isZero();
        done("check", disk);
        done("write", disk, "--offset", 0, "-i", input, "--force=in-use");
        done("unmap", disk, "--zero", "--compact");
        done("snapshot", "create", theirs, "s");
        done("snapshot", "revert", theirs, "s");
        done("snapshot", "delete-all", theirs);
        done("clone", theirs, top.resolve("clone"));
        done("recover", theirs);
        done("rename", machine, "b");
        Path renamed = theirs.resolve("b.vmdk");
        done("resize", renamed, "2M", "--force=in-use");
        done("convert", renamed, theirs.resolve("new.vmdk"), "-O", "thin");
        done("rename", theirs.resolve("new.vmdk"), "newer.vmdk");
        done("remove", theirs.resolve("newer.vmdk"));
    }

    @Test
    void aLinkOutOfAMappedDatastoreReachesNothing() throws IOException {
        done("create", ours.resolve("a.vmdk"), "1M", "-O", "monolithicSparse");
        Path store = Files.createDirectory(theirs.resolve("ds2"));
        Files.createSymbolicLink(store.resolve("way"), ours);
        Path machine = Files.writeString(theirs.resolve("a.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "a"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "/vmfs/volumes/ds2/way/a.vmdk"
                """);
        Map<String, String> before = FolderPrint.of(ours);

        CommandLineRun run = CommandLineRun.of("snapshot", "create", machine, "s", "--map", "ds2=" + store);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(FolderPrint.of(ours)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vmdisk-manifest 2\ncapacity 1\n",
                "vmdisk-manifest 1\n",
                "vmdisk-manifest 1\ncapacity -1\nsha256 00\n",
                "vmdisk-manifest 1\ncapacity 99999999999999999999\nsha256 00\n",
                "vmdisk-manifest 1\ncapacity 1048576\nsha256 zz\n",
                "vmdisk-manifest 1\ncapacity 1048576\n../../x y\n",
                "vmdisk-manifest 1\nvmdisk-manifest 1\n",
            })
    void aManifestThatIsNoneIsRefused(String text) throws IOException {
        done("create", theirs.resolve("a.vmdk"), "1M", "-O", "monolithicSparse");
        Path manifest = Files.writeString(theirs.resolve("m"), text);

        CommandLineRun run = CommandLineRun.of("hash", theirs.resolve("a.vmdk"), "--verify", manifest);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.INPUT);
        assertThat(manifest).hasContent(text);
    }
}

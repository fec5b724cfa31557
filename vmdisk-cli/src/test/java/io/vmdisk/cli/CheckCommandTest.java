package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    private Path top;

    @BeforeEach
    void copySample() throws IOException {
        top = Sample.copyTo(folder).resolve("web01-000002.vmdk");
    }

    @Test
    void findsTheSampleClean() {
        CommandLineRun run = CommandLineRun.of("check", "--chain", "--data", top);

        assertThat(run.out()).contains("no damage found");
        assertThat(run.exitCode()).isZero();
    }

    /** The one of which README says so. */
    @Test
    void hasNothingToTellOfTheSampleThatIsAsAProductLeavesIt() throws IOException {
        CommandLineRun run = CommandLineRun.of("check", "--data", Sample.TESTDATA.resolve("app01/app01.vmx"));

        assertThat(run.out()).isEqualTo("6 files: no damage found\n");
        assertThat(run.exitCode()).isZero();
        assertThat(Files.readString(ProcessRun.ROOT.resolve("README.md")))
                .contains("./vmdisk check testdata/app01/app01.vmx");
    }

    @Test
    void callsABrokenChainCorrupt() throws IOException {
        Path base = top.resolveSibling("web01.vmdk");
        byte[] bytes = Files.readAllBytes(base);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\nCID=") + 5;
        bytes[at] = (byte) (bytes[at] == '1' ? '2' : '1');
        Files.write(base, bytes);

        CommandLineRun run = CommandLineRun.of("check", top);
        CommandLineRun json = CommandLineRun.of("check", "--json", top);
        CommandLineRun quiet = CommandLineRun.of("check", "-q", top);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains("error chain.content-id: ", "vmdisk repair --cid")
                .endsWith("notes)\n");
        assertThat(json.out()).contains("\"verdict\": \"corrupt\"", "\"id\": \"chain.content-id\"");
        assertThat(quiet.exitCode()).isEqualTo(2);
        assertThat(quiet.out()).isEmpty();
    }

    @Test
    void checksAMachine() throws IOException {
        Path machine = top.getParent();

        CommandLineRun clean = CommandLineRun.of("check", "--data", machine);
        assertThat(clean.out()).contains("no damage found");
        assertThat(clean.exitCode()).isZero();

        Files.writeString(machine.resolve("web01.vmsd"), "");
        CommandLineRun lost = CommandLineRun.of("check", machine.resolve("web01.vmx"));
        CommandLineRun json = CommandLineRun.of("check", "--json", machine);
        assertThat(lost.exitCode()).isEqualTo(2);
        assertThat(lost.out()).contains("error vm.list-lost: ", "vmdisk repair --vmsd");
        assertThat(json.out()).contains("\"id\": \"vm.list-lost\"", "\"text\": \"'vmdisk repair --vmsd");
        Files.delete(machine.resolve("web01.vmx"));
        assertThat(CommandLineRun.of("check", machine).exitCode()).isEqualTo(1);
    }

    @Test
    void refusesByNameWhatOnlyTheOtherFormHas() {
        CommandLineRun chain = CommandLineRun.of("check", "--chain", top.getParent());
        CommandLineRun force = CommandLineRun.of("check", "--force=cid", top.getParent());
        CommandLineRun search = CommandLineRun.of("check", "--search", folder, top);

        assertThat(chain.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(chain.err()).contains("--chain is only for a DISK, this is a VM");
        assertThat(force.err()).contains("--force is only for a DISK, this is a VM");
        assertThat(search.err()).contains("--search is only for a VM, this is a DISK");
        assertThat(CommandLineRun.of("check", "--help").out()).contains("Only for a DISK:", "Only for a VM:");
    }

    @Test
    void answersOneWhereItCannotCheck() {
        assertThat(CommandLineRun.of("check", folder.resolve("none.vmdk")).exitCode())
                .isEqualTo(1);
        assertThat(CommandLineRun.of("check", "raw:" + top).exitCode()).isEqualTo(1);
        assertThat(CommandLineRun.of("check").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void saysThatAnExtentToWhichALinkLeadsOutOfTheFolderWasNotLookedAt() throws IOException {
        Path elsewhere = Files.write(folder.resolve("elsewhere.bin"), new byte[1 << 20]);
        Path vm = Files.createDirectory(folder.resolve("linked"));
        Files.createSymbolicLink(vm.resolve("d-flat.vmdk"), elsewhere);
        Path disk = Files.writeString(vm.resolve("d.vmdk"), """
                # Disk DescriptorFile
                version=1
                CID=12345678
                parentCID=ffffffff
                createType="vmfs"
                RW 2048 VMFS "d-flat.vmdk"
                """);

        CommandLineRun run = CommandLineRun.of("check", disk);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("check.not-checked");
    }

    @Test
    void aMissingFileIsToldFromOneThatCouldNotBeChecked() {
        CommandLineRun missing = CommandLineRun.of("check", "--json", folder.resolve("none.vmdk"));

        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("\"io.no-such-file\"");
        assertThat(CommandLineRun.of("check", "--help").out()).contains("io.no-such-file");
    }
}

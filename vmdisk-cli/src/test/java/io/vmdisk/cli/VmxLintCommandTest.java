package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmxLintCommandTest {
    @TempDir
    Path folder;

    private Path machine(String text) throws IOException {
        return Files.writeString(folder.resolve("web01.vmx"), text);
    }

    @Test
    void saysWhatIsWrongWhereAndWhatToDo() throws IOException {
        Path vmx = machine(
                "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\nmemSize = \"1023\"\n");

        CommandLineRun run = CommandLineRun.of("vmx", "lint", vmx);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(run.out())
                .isEqualTo("error LIM-06: line 4: memSize: memory must be a positive multiple of 4 MiB (1023)\n"
                        + "    round it\n"
                        + "1 error, 0 warnings, 0 notes\n");
    }

    @Test
    void isContentWithAMachineWithoutErrors() throws IOException {
        Path vmx = machine(
                "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\nsnapshot.disabled = \"TRUE\"\n");

        CommandLineRun run = CommandLineRun.of("vmx", "lint", vmx);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("warning SNP-14: ").endsWith("0 errors, 1 warning, 0 notes\n");
    }

    @Test
    void tellsScriptsTheFindings() throws IOException {
        Path vmx = machine(
                "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\nnumvcpus = \"9999\"\n");

        CommandLineRun run = CommandLineRun.of("vmx", "lint", "--json", vmx);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("\"findings\": [ { \"id\": \"LIM-04\", \"severity\": \"error\", \"path\": ")
                .contains(" \"offset\": null, \"key\": \"numvcpus\", \"line\": 4,"
                        + " \"value\": \"9999\", \"message\": ");
    }

    @Test
    void aDiskOnADatastoreIsLookedAtWhereTheUserSaysThatItLies() throws IOException {
        Path store = Files.createDirectories(folder.resolve("copy/ds2"));
        Path vmx = machine("config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\n"
                + "scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\n"
                + "scsi0:0.fileName = \"/vmfs/volumes/ds2/web01/data.vmdk\"\n");
        String map = "/vmfs/volumes/ds2=" + store;

        assertThat(CommandLineRun.of("vmx", "lint", vmx).out()).doesNotContain("error ");
        CommandLineRun missing = CommandLineRun.of("vmx", "lint", vmx, "--map", map);
        assertThat(missing.out()).contains("error ", "data.vmdk");
        Files.createDirectory(store.resolve("web01"));
        CommandLineRun.of("create", store.resolve("web01/base.vmdk"), "1M", "-O", "thin");
        CommandLineRun.of(
                "create", store.resolve("web01/data.vmdk"), "-O", "delta", "-b", store.resolve("web01/base.vmdk"));
        assertThat(CommandLineRun.of("vmx", "lint", vmx, "--map", map).out())
                .doesNotContain("error ")
                .contains("data.vmdk");
    }

    @Test
    void comparesWithTheMachinesBesideIt() throws IOException {
        String text = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\n"
                + "uuid.bios = \"56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee\"\n";
        Path own =
                Files.writeString(Files.createDirectory(folder.resolve("web01")).resolve("web01.vmx"), text);
        Path beside = Files.createDirectory(folder.resolve("web02"));
        Files.writeString(folder.resolve("readme"), "no folder");
        Files.writeString(beside.resolve("broken.vmx"), "");

        assertThat(CommandLineRun.of("vmx", "lint", own).out()).doesNotContain("uuid.bios");

        Files.writeString(beside.resolve("web02.vmx"), text + "displayName = \"web02\"\n");
        assertThat(CommandLineRun.of("vmx", "lint", own).out()).contains("uuid.bios", "also web02");
    }

    @Test
    void judgesForAReleaseAndAPurpose() throws IOException {
        Path vmx = machine("config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other-64\"\n");

        assertThat(CommandLineRun.of("vmx", "lint", vmx, "--for", "esxi-7.0,hotplug")
                        .out())
                .contains("error LIM-01", "error HOT-03");
        CommandLineRun unknown = CommandLineRun.of("vmx", "lint", vmx, "--for", "speed");
        assertThat(unknown.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(unknown.err()).contains("nothing is known to lint for 'speed'");
    }

    @Test
    void tellsWhatIsWrongWithAFileThatIsNoConfiguration() throws IOException {
        Path vmx = folder.resolve("web01.vmx");
        Files.write(vmx, new byte[512]);

        CommandLineRun run = CommandLineRun.of("vmx", "lint", vmx);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(run.out()).contains("error SYN-09");
    }

    @Test
    void looksAtDisksAndSnapshotsInTheFolder() throws IOException {
        Path sample = Sample.copyTo(folder);

        CommandLineRun run = CommandLineRun.of("vmx", "lint", "--json", sample, "--for", "esxi-7.0");

        assertThat(run.out()).contains("\"SNP-01\"").doesNotContain("\"STO-01\"", "\"SNP-16\"");
        Files.delete(sample.resolve("web01-Snapshot1.vmsn"));
        Files.delete(sample.resolve("web01-000002.vmdk"));
        assertThat(CommandLineRun.of("vmx", "lint", "--json", sample).out()).contains("\"STO-01\"", "\"SNP-16\"");
    }
}

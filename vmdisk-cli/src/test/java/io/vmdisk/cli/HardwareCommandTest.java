package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import org.junit.jupiter.api.Test;

class HardwareCommandTest {
    @Test
    void showsVersionsReleasesAndDevices() {
        CommandLineRun run = CommandLineRun.of("hardware");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Hardware versions", "ESXi releases", "Devices", "Workstation 16.0, Fusion 12", "pvscsi");
    }

    @Test
    void showsWhatAReleaseRuns() {
        String out = CommandLineRun.of("hardware", "--esxi", "7.0").out();

        assertThat(out).containsPattern("(?m)^ +17  7\\.0 ").doesNotContain("7.0 U1", "acpiLayout");
    }

    @Test
    void showsOneVersion() {
        String out = CommandLineRun.of("hardware", "--json", "--hw", "11").out();

        assertThat(out)
                .contains("\"version\": 11", "\"vcpus\": 128", "\"name\": \"6.0\"")
                .doesNotContain("\"nvme\"");
    }

    @Test
    void refusesWhatDoesNotExist() {
        assertThat(CommandLineRun.of("hardware", "--hw", "5").err()).contains("there is no hardware version 5");
        assertThat(CommandLineRun.of("hardware", "--esxi", "95").exitCode()).isEqualTo(ExitCodes.INPUT);
    }
}

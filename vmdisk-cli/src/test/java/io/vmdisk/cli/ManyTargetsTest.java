package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.CancelSwitch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run for many machines: a line for each, whatever becomes of it. */
class ManyTargetsTest {
    @TempDir
    Path temp;

    private Path good;
    private Path running;
    private Path broken;

    @BeforeEach
    void makeMachines() throws IOException {
        good = machine("stores/ds1/good");
        running = machine("stores/ds1/running");
        Files.createDirectory(running.resolveSibling("running.vmx.lck"));
        Files.write(running.resolveSibling("running.vmx.lck").resolve("M00001.lck"), new byte[512]);
        broken = machine("stores/ds2/broken");
        Files.delete(broken.resolveSibling("broken.vmdk"));
    }

    private Path machine(String place) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(place));
        String name = folder.getFileName().toString();
        assertThat(CommandLineRun.of("create", folder.resolve(name + ".vmdk"), "1M", "-O", "thin")
                        .exitCode())
                .isZero();
        return Files.writeString(folder.resolve(name + ".vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "%1$s"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "%1$s.vmdk"
                """.formatted(name));
    }

    private Path stores() {
        return temp.resolve("stores");
    }

    @Test
    void areCheckedWithOneLineOfJsonEach() {
        CommandLineRun run = CommandLineRun.of("check", "--json", "--each", stores());

        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("{\"target\":\"" + good + "\",\"exitCode\":0,\"answer\":{");
        assertThat(lines.get(2)).startsWith("{\"target\":\"" + broken + "\",\"exitCode\":2,\"answer\":{");
        // The first that is not 0: a machine that runs can't be checked.
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void areConsolidatedWhateverBecomesOfOthers() throws IOException {
        for (Path vmx : List.of(good, running)) {
            Path lock = vmx.resolveSibling("running.vmx.lck");
            if (Files.exists(lock)) {
                Files.move(lock, temp.resolve("lock"));
            }
            assertThat(CommandLineRun.of("snapshot", "create", "-q", vmx, "one").exitCode())
                    .isZero();
            if (Files.exists(temp.resolve("lock"))) {
                Files.move(temp.resolve("lock"), lock);
            }
        }
        Files.writeString(good.resolveSibling("good.vmsd"), "snapshot.needConsolidate = \"TRUE\"\n");
        Files.delete(good.resolveSibling("good-Snapshot1.vmsn"));

        CommandLineRun run = CommandLineRun.of("consolidate", "--json", running, good);

        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0))
                .startsWith("{\"target\":\"" + running + "\",\"exitCode\":4,\"error\":{\"code\":\"unsafe.running\"");
        assertThat(lines.get(1)).contains("\"exitCode\":0", "\"changed\":true");
        assertThat(lines).hasSize(2);
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(good.resolveSibling("good-000001.vmdk")).doesNotExist();
        assertThat(running.resolveSibling("running-000001.vmdk")).exists();
    }

    @Test
    void areShownToPeopleOneBelowTheOther() throws IOException {
        Files.writeString(good, "no configuration\u0000at all", StandardCharsets.ISO_8859_1);

        CommandLineRun info = CommandLineRun.of("info", good, running);
        CommandLineRun list =
                CommandLineRun.of("snapshot", "list", temp.resolve("none.vmx"), running, "--each", stores());

        assertThat(info.out()).contains(good + ":\n", running + ":\n", "scsi0:0");
        assertThat(list.out())
                .startsWith(temp.resolve("none.vmx") + ":\nvmdisk: ")
                .contains("no such file");
        assertThat(list.exitCode()).isEqualTo(5);
    }

    @Test
    void areFoundByTheirNamesAlone() throws IOException {
        Files.createSymbolicLink(stores().resolve("again"), stores().resolve("ds1"));
        Files.createDirectories(stores().resolve(".snapshot"));
        Files.copy(good, stores().resolve(".snapshot/good.vmx"));
        Path deep = Files.createDirectories(stores().resolve("a/b/c/d/e"));
        Files.copy(good, deep.resolve("good.vmx"));

        assertThat(CommandLineRun.of("info", "--json", "--each", stores()).out().lines())
                .hasSize(3);
        CommandLineRun none = CommandLineRun.of("info", "--each", Files.createDirectory(temp.resolve("empty")));
        assertThat(none.exitCode()).isZero();
        assertThat(none.err()).contains("there is no VM below");
        assertThat(CommandLineRun.of("check", "--each", temp.resolve("absent")).exitCode())
                .isEqualTo(1);
    }

    @Test
    void endWithTheUsersWord() {
        CancelSwitch cancel = new CancelSwitch();
        cancel.cancelAndWait();

        CommandLineRun run = CommandLineRun.cancelled(cancel, "check", "--data", "--json", "--each", stores());

        assertThat(run.exitCode()).isEqualTo(130);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void thatNobodyNamesAreAskedFor() {
        for (String command : List.of("check", "info", "consolidate")) {
            CommandLineRun run = CommandLineRun.of(command);
            assertThat(run.exitCode()).isEqualTo(64);
            assertThat(run.err()).contains("--each DIR");
        }
        assertThat(CommandLineRun.of("info", "raw:a", "raw:b").err()).contains("raw:a goes alone");
        assertThat(CommandLineRun.of("consolidate", "a.vmdk", "b.vmdk", "--into", "c.vmdk")
                        .exitCode())
                .isEqualTo(64);
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module outside the reactor, compiled and run against the packed jars on the module path, by the JDK of the tests. */
class ConsumerModuleIT {
    private static final Path SOURCE = ProcessRun.ROOT.resolve("vmdisk-cli/src/test/resources/consumer");

    @TempDir
    Path folder;

    private ProcessRun run(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        return ProcessRun.of(folder, Map.of(), command);
    }

    @Test
    void createsWritesSnapshotsConsolidatesAndEdits() throws Exception {
        ProcessRun compiled = run(
                "javac",
                "-Xlint:all",
                "-Werror",
                "--module-path",
                ProcessRun.LIB.toString(),
                "-d",
                "classes",
                SOURCE.resolve("module-info.java").toString(),
                SOURCE.resolve("consumer/Main.java").toString());
        assertThat(compiled.err()).isEmpty();
        assertThat(compiled.exitCode()).isZero();

        ProcessRun ran = run(
                "java",
                "--module-path",
                ProcessRun.LIB + System.getProperty("path.separator") + "classes",
                "-m",
                "consumer/consumer.Main",
                folder.resolve("machine").toString());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines()).containsExactly("2 links", "true", "1024 MiB", "CLEAN", "1 link: behind", "true");
    }
}

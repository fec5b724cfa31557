package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command as a shell runs it, and its example as a project of its own, against the packaged jars. */
class ReadmeIT {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final String TOP =
            Sample.TESTDATA.resolve("web01/web01-000002.vmdk").toString();
    private static final String EXPECTED = "16777216 bytes in a chain of 3\nweb01 boot line 000000";

    @TempDir
    Path folder;

    @BeforeEach
    void writeProject() throws Exception {
        Path source = folder.resolve("example/FirstSector.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, first(EXAMPLE));
        Files.writeString(source.resolveSibling("Consolidate.java"), second(EXAMPLE));
    }

    private static String first(Pattern block) throws IOException {
        Matcher found = block.matcher(Files.readString(ProcessRun.ROOT.resolve("README.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static String second(Pattern block) throws IOException {
        Matcher found = block.matcher(Files.readString(ProcessRun.ROOT.resolve("README.md")));
        assertThat(found.find() && found.find()).isTrue();
        return found.group(1);
    }

    /** The links stand for the checkout, so that what the command makes is made here. The launcher has nothing to build. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void itsCommandsRunAsWritten() throws Exception {
        for (String name : List.of("vmdisk", "testdata")) {
            Files.createSymbolicLink(folder.resolve(name), ProcessRun.ROOT.resolve(name));
        }
        Map<String, String> environment = Map.of("VMDISK_CACHE", "none");

        ProcessRun run = ProcessRun.of(folder, environment, List.of("/bin/sh", "-e", "-c", first(COMMAND)));
        ProcessRun check = ProcessRun.of(folder, environment, List.of("/bin/sh", "-e", "-c", second(COMMAND)));

        for (String name : List.of("vmdisk", "testdata")) {
            Files.delete(folder.resolve(name));
        }
        succeeded(run);
        assertThat(run.out()).contains("web01-000002.vmdk", "web01.raw").endsWith("web01.raw: OK\n");
        assertThat(folder.resolve("web01.raw")).hasSize(16 << 20);
        succeeded(check);
        assertThat(check.out()).contains("no damage found");
    }

    private ProcessRun run(String tool, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        return ProcessRun.of(folder, Map.of(), command);
    }

    private static void succeeded(ProcessRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void runsOnTheClassPath() throws Exception {
        succeeded(run("javac", "-Xlint:all", "-cp", ProcessRun.LIB + "/*", "example/FirstSector.java"));

        ProcessRun run = run("java", "-cp", ProcessRun.LIB + "/*:.", "example.FirstSector", TOP);

        succeeded(run);
        assertThat(run.out()).startsWith(EXPECTED);
    }

    @Test
    void runsOnTheModulePath() throws Exception {
        Files.writeString(folder.resolve("module-info.java"), "module consumer { requires io.vmdisk.core; }");
        succeeded(run(
                "javac",
                "-Xlint:all",
                "--module-path",
                ProcessRun.LIB.toString(),
                "-d",
                "classes",
                "module-info.java",
                "example/FirstSector.java"));

        ProcessRun run =
                run("java", "--module-path", ProcessRun.LIB + ":classes", "-m", "consumer/example.FirstSector", TOP);

        succeeded(run);
        assertThat(run.out()).startsWith(EXPECTED);
    }

    @Test
    void itsMachineLosesItsSnapshotsAndNothingElse() throws Exception {
        Path machine = Files.createDirectory(folder.resolve("web01"));
        try (Stream<Path> files = Files.list(Sample.TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                Files.copy(file, machine.resolve(file.getFileName()));
            }
        }
        succeeded(run("javac", "-Xlint:all", "-cp", ProcessRun.LIB + "/*", "example/Consolidate.java"));

        ProcessRun run = run("java", "-cp", ProcessRun.LIB + "/*:.", "example.Consolidate", machine.toString());

        succeeded(run);
        assertThat(run.out()).endsWith("0 snapshots left\n");
    }
}

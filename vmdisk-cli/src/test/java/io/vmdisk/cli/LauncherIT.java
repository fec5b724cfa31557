package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes through the launcher. */
@Tag("long")
@Tag("newer-jdk")
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {
    private static final int SIGINT = 2;

    private static final Path LAUNCHER = ProcessRun.ROOT.resolve("vmdisk");
    private static final String TOP =
            Sample.TESTDATA.resolve("web01/web01-000002.vmdk").toString();

    @TempDir
    Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void keepTheCacheHere() {
        environment = Map.of("VMDISK_CACHE", "none");
    }

    private ProcessRun run(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return ProcessRun.of(folder, environment, command);
    }

    private ProcessRun shell(String script) throws IOException, InterruptedException {
        return ProcessRun.of(folder, environment, List.of("/bin/sh", "-c", script));
    }

    @Test
    void startsFromAnyFolderAndThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), LAUNCHER);
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));

        ProcessRun run = run(second, "info", "--json", TOP);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("{").contains("\"createType\": \"seSparse\"");
        assertThat(link).exists();
    }

    /** Commands in shells whose language says nothing: no environment at all, C, a language that isn't installed. */
    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "LANG=xx_YY.UTF-8"})
    void namesOfAnyScriptAreTheSameInAnyShell(String language) throws Exception {
        // Cyrillic, Chinese, Korean, an accent, blanks and quotes, as bytes: the JVM of this test may know ASCII only.
        String script = """
                name=$(printf "\\320\\222\\321\\226 \\344\\275\\215 \\352\\260\\200 '\\303\\251'")
                vmdisk() { env -i PATH=/usr/bin:/bin VMDISK_CACHE=none %s '%s' "$@"; }
                vmdisk create "$name.vmdk" 8M -O monolithicSparse || exit 1
                printf '%%s\\n' '.encoding = "UTF-8"' 'scsi0.present = "TRUE"' 'scsi0:0.present = "TRUE"' \\
                    "scsi0:0.fileName = \\"$name.vmdk\\"" >"$name.vmx"
                vmdisk files . >files && grep -F "$name.vmdk" files && grep 'orphans: *none' files || exit 2
                vmdisk convert -q "$name.vmdk" "$name.raw" -O raw && test -s "$name.raw"
                """.formatted(language, LAUNCHER);

        ProcessRun run = shell(script);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void runsLongCommandsToo() throws Exception {
        ProcessRun run = run(LAUNCHER, "convert", TOP, "web01.raw", "-O", "raw");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(folder.resolve("web01.raw")).hasSize(16 << 20);
    }

    /** A pipe has no position, and no length: some bytes are read ahead. */
    @Test
    void takesBytesFromAPipe() throws Exception {
        String script = """
                vmdisk() { '%s' "$@"; }
                vmdisk create -q web01.vmdk 8M -O monolithicSparse || exit 1
                printf 'from a pipe' | vmdisk write web01.vmdk --offset 4k >said || exit 2
                printf 'and one of known length' | vmdisk write web01.vmdk --offset 8k --length 3 >said || exit 3
                vmdisk read web01.vmdk --offset 4k --length 11; vmdisk read web01.vmdk --offset 8k --length 3
                """.formatted(LAUNCHER);

        ProcessRun run = shell(script);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("from a pipeand");
    }

    @Test
    void isTheSameInTheDistribution() throws Exception {
        Path installed = ProcessRun.LIB.resolveSibling("bin").resolve("vmdisk");

        ProcessRun run = run(installed, "--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("vmdisk ");
    }

    @Test
    void passesExitCodesAndErrorsOn() throws Exception {
        ProcessRun run = run(LAUNCHER, "info", "nope.vmdk");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("vmdisk: nope.vmdk: no such file or folder\n");
    }

    @Test
    void survivesACacheFolderThatCannotBe() throws Exception {
        environment = Map.of("VMDISK_CACHE", "/dev/null/cache");

        ProcessRun run = run(LAUNCHER, "info", TOP);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void endsQuietlyWhenItsReaderLeaves() throws Exception {
        ProcessRun run = shell("{ '" + LAUNCHER + "' read '" + TOP + "'; echo code $? >&2; } | head -c 10");

        assertThat(run.out()).isEqualTo("web01 boot");
        assertThat(run.err()).isEqualTo("code " + ExitCodes.READER_LEFT + "\n");
    }

    @Test
    void stopsAtTheInterruptKey() throws Exception {
        assumeThat(interruptIsIgnored())
                .as("a shell keeps the key from its background jobs")
                .isFalse();
        // Far more than a pipe holds or a reader takes before the signal is there.
        long capacity = 64L << 30;
        Path disk = folder.resolve("large.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, capacity), Progress.NONE);
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(LAUNCHER.toString(), "read", disk.toString()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isZero();
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            long rest = out.transferTo(java.io.OutputStream.nullOutputStream());

            assertThat(rest).isLessThan(capacity - 1);
        }

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(Files.readString(err, StandardCharsets.UTF_8)).startsWith("vmdisk: reading was cancelled");
    }

    /** A job that a shell put into the background hands on that it ignores SIGINT, and a JVM respects that. */
    private static boolean interruptIsIgnored() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).trim())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) != 0;
    }

    /** In a copy of the release, so that no other test starts from what is made here. */
    @Test
    void anInstallationMakesTheArchivesAndEveryCommandUsesThem() throws Exception {
        Path installed = copyOfTheRelease();

        ProcessRun made = run(installed, "--archive");

        assertThat(made.err()).isEmpty();
        assertThat(made.out()).isEmpty();
        assertThat(made.exitCode()).isZero();
        assertThat(namesIn(installed.getParent().resolveSibling("archive")))
                .satisfiesExactly(
                        change -> assertThat(change).startsWith("change-"),
                        copy -> assertThat(copy).startsWith("copy-"),
                        look -> assertThat(look).startsWith("look-"),
                        machine -> assertThat(machine).startsWith("machine-"),
                        report -> assertThat(report).startsWith("report-"));
        for (String command : List.of("info", "check", "hash", "repair")) {
            ProcessRun traced =
                    shell("VMDISK_JAVA_OPTS=-Xlog:class+load:stderr '%s' %s '%s' 2>&1 >out | grep -c vmdisk.*shared"
                            .formatted(installed, command, TOP));
            assertThat(Integer.parseInt(traced.out().trim())).as(command).isGreaterThan(50);
        }
    }

    /** Every line of the rehearsal does what it is there for, so that the archive has what commands need. */
    @Test
    void rehearsesEveryCommand() throws Exception {
        for (String scene : List.of("set", "look", "machine", "report", "copy", "change")) {
            ProcessRun run = ProcessRun.of(
                    folder,
                    environment,
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            ProcessRun.LIB + "/*",
                            "io.vmdisk.cli.Rehearsal",
                            scene));

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
        }
    }

    /** The JVM makes one for the command at the end of its first run; older ones can't. */
    @Test
    void withoutAnInstallationEachCommandKeepsASmallArchiveInTheUsersCache() throws Exception {
        Path installed = copyOfTheRelease();
        Path cache = folder.resolve("a cache");
        environment = Map.of("VMDISK_CACHE", cache.toString());

        ProcessRun first = run(installed, "info", TOP);
        ProcessRun second = run(installed, "info", TOP);

        assertThat(first.exitCode()).isZero();

        assertThat(first.err()).isEmpty();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        // The launcher takes the newest JDK there is, which may be newer than that of this test.
        List<String> made = Files.exists(cache) ? namesIn(cache) : List.of();
        assertThat(made).hasSizeBetween(Runtime.version().feature() >= 19 ? 1 : 0, 1);
        assertThat(made).allMatch(name -> name.startsWith("info-"));
    }

    /** A file to which two JVMs write at once would let each later start crash. */
    @Test
    void ofTwoFirstRunsOfACommandOneWritesTheArchive() throws Exception {
        Path installed = copyOfTheRelease();
        Path cache = folder.resolve("cache");
        environment = Map.of("VMDISK_CACHE", cache.toString());
        run(installed, "info", TOP);
        assumeThat(cache).as("the JVM of the launcher makes archives").exists();
        String name = namesIn(cache).get(0);
        Path archive = cache.resolve(name);
        Path writer = cache.resolve(name + ".writer");

        Files.delete(archive);
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(writer, other.pid() + "\n");
            assertThat(run(installed, "info", TOP).err()).isEmpty();
            assertThat(archive).doesNotExist();
            assertThat(writer).hasContent(Long.toString(other.pid()));
        } finally {
            other.destroyForcibly().waitFor();
        }

        assertThat(run(installed, "info", TOP).err()).isEmpty();
        assertThat(writer).doesNotExist();
        assertThat(run(installed, "info", TOP).err()).isEmpty();
        assertThat(archive).isNotEmptyFile();
    }

    /** In a folder whose name has a blank, without archives. */
    private Path copyOfTheRelease() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("a release/bin"));
        Path lib = Files.createDirectories(folder.resolve("a release/lib"));
        try (Stream<Path> jars = Files.list(ProcessRun.LIB)) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        return Files.copy(LAUNCHER, bin.resolve("vmdisk"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

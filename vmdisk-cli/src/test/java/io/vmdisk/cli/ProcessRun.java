package io.vmdisk.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real process that has ended.
 *
 * @param exitCode what the shell would see
 * @param out standard output
 * @param err standard error
 */
record ProcessRun(int exitCode, String out, String err) {
    private static final long PATIENCE_SECONDS = 120;

    /** The source checkout. */
    static final Path ROOT =
            Path.of(System.getProperty("vmdisk.root", "..")).toAbsolutePath().normalize();

    /** The jars of the distribution. */
    static final Path LIB = ROOT.resolve("vmdisk-cli/target/vmdisk/lib");

    /** Runs a command to its end. */
    static ProcessRun of(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = start(folder, environment, command, out, err);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " does not end");
        }
        return new ProcessRun(
                process.exitValue(),
                new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1),
                Files.readString(err));
    }

    private static Process start(Path folder, Map<String, String> environment, List<String> command, Path out, Path err)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}

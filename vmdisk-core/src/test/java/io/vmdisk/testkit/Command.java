package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs another program to its end, with a time limit and its output in files, so that neither pipe can block it. */
public final class Command {
    private static final long TIMEOUT_SECONDS = 120;

    private Command() {}

    /**
     * What a program left.
     *
     * @param exitCode its status
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    public record Result(int exitCode, String out, String err) {
        /** The output, if the program was content with itself; else a failed test. */
        public String outOrFail() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + "\n" + out + err);
            }
            return out;
        }
    }

    /** Runs {@code command}, in {@code folder} if there is one. */
    public static Result run(@Nullable Path folder, List<String> command) throws IOException {
        Path out = Files.createTempFile("vmdisk", ".out");
        Path err = Files.createTempFile("vmdisk", ".err");
        try {
            Tally.OTHER_PROGRAMS.count();
            Process process = new ProcessBuilder(command)
                    .directory(folder == null ? null : folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            return new Result(await(process, command), text(out), text(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    /** Whether a program of this name can be started. */
    public static boolean present(String program) {
        try {
            return run(null, List.of(program, "--version")).exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int await(Process process, List<String> command) throws IOException {
        try {
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException("still running after " + TIMEOUT_SECONDS + " s: " + command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}

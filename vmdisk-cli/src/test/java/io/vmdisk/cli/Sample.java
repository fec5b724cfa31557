package io.vmdisk.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The bundled sample VM, and the other tool that knows its formats. */
public final class Sample {
    static final Path TESTDATA = Path.of(System.getProperty("vmdisk.testdata", "testdata"))
            .toAbsolutePath()
            .normalize();

    private Sample() {}

    /** Copies the sample VM into a folder, for tests that break or change it. */
    public static Path copyTo(Path folder) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("web01"));
        try (Stream<Path> files = Files.list(TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    /** The digest of what a guest sees. */
    static String digest() throws IOException {
        return Files.readString(TESTDATA.resolve("web01.sha256")).substring(0, 64);
    }

    /** Runs qemu-img; skips the test where it is missing, except in CI. */
    static String qemuImg(Object... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("qemu-img"));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        Process process;
        try {
            Tally.OTHER_PROGRAMS.count();
            process = new ProcessBuilder(words).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(Boolean.getBoolean("vmdisk.ci"), "qemu-img is not installed");
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(words + ": " + output);
        }
        return output;
    }
}

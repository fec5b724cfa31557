package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of others that make or read disks. Where one is missing the test is skipped, except on the build server
 * ({@code vmdisk.ci}), where that is a failure.
 */
public final class ForeignTools {
    private static final String CI = "vmdisk.ci";

    private ForeignTools() {}

    /** Runs one of the sample generators; gives what it printed. */
    public static String generator(String script, String... arguments) throws IOException {
        Path file = Path.of(System.getProperty("vmdisk.samples", "../../shared/samples"), script);
        require(Files.exists(file), file + " is missing");
        List<String> command = new ArrayList<>(List.of("python3", file.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs qemu-img; gives what it printed. */
    public static String qemuImg(String... arguments) throws IOException {
        require(exists("qemu-img"), "qemu-img is missing");
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** What qemu-img makes of a disk, as raw bytes. */
    public static byte[] qemuRaw(Path disk) throws IOException {
        Path raw = disk.resolveSibling(disk.getFileName() + ".qemu-raw");
        qemuImg("convert", "-f", "vmdk", "-O", "raw", disk.toString(), raw.toString());
        byte[] content = Files.readAllBytes(raw);
        Files.delete(raw);
        return content;
    }

    private static boolean exists(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static void require(boolean there, String otherwise) {
        if (Boolean.getBoolean(CI)) {
            assertThat(there).as(otherwise).isTrue();
        }
        Assumptions.assumeTrue(there, otherwise);
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(command + " printed: " + output).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}

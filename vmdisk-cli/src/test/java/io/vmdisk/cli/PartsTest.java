package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Patterns;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that many runs share: each byte is in exactly one part. */
class PartsTest {
    @TempDir
    Path folder;

    private final byte[] content = new byte[9 << 20];
    private Path raw;
    private Path disk;

    @BeforeEach
    void make() throws IOException {
        System.arraycopy(Patterns.mixed(1, 3 << 20), 0, content, 0, 3 << 20);
        System.arraycopy(Patterns.random(2, 2 << 20), 0, content, (6 << 20) + 5000, 2 << 20);
        raw = Files.write(folder.resolve("disk.raw"), content);
        disk = folder.resolve("disk.vmdk");
        assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", "streamOptimized")
                        .exitCode())
                .isZero();
    }

    private static List<List<String>> parts(int count) {
        List<List<String>> parts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            parts.add(List.of("--shard", i + "/" + count));
        }
        return parts;
    }

    private static Object[] line(List<String> part, Object... words) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(part);
        return all.toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void rawPartsOneBehindTheOtherAreTheRawImage(int count) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        ByteArrayOutputStream piped = new ByteArrayOutputStream();
        for (List<String> part : parts(count)) {
            Path file = folder.resolve("part" + part.get(1).replace('/', '-'));
            CommandLineRun run = CommandLineRun.of(line(part, "convert", disk, file, "-O", "raw"));
            assertThat(run.exitCode()).as(run.err()).isZero();
            joined.write(Files.readAllBytes(file));
            piped.write(CommandLineRun.of(line(part, "convert", disk, "-", "-O", "raw"))
                    .outBytes());
        }

        assertThat(joined.toByteArray()).isEqualTo(content);
        assertThat(piped.toByteArray()).isEqualTo(content);
    }

    @Test
    void anyRangeIsTheBytesOfTheRange() throws IOException {
        for (long[] range : new long[][] {{0, 0}, {1, 2}, {4095, 70_001}, {3 << 20, 7 << 20}, {5_000_001, 9 << 20}}) {
            Path file = folder.resolve("range" + range[0]);
            CommandLineRun run =
                    CommandLineRun.of("convert", disk, file, "-O", "raw", "--range", range[0] + ":" + range[1]);

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(Files.readAllBytes(file))
                    .isEqualTo(java.util.Arrays.copyOfRange(content, (int) range[0], (int) range[1]));
        }
    }

    @Test
    void aDifferenceIsInExactlyOnePart() throws IOException {
        for (int at : new int[] {0, (6 << 20) + 5000, content.length - 1}) {
            Path other = Files.write(folder.resolve("other.raw"), content);
            try (RandomAccessFile file = new RandomAccessFile(other.toFile(), "rw")) {
                file.seek(at);
                file.write(content[at] + 1);
            }
            int differ = 0;
            for (List<String> part : parts(4)) {
                CommandLineRun run = CommandLineRun.of(line(part, "compare", "--json", disk, "raw:" + other));
                differ += run.exitCode();
                assertThat(run.out()).contains("\"start\": ", "\"end\": ");
            }
            assertThat(differ).as("byte %s", at).isEqualTo(1);
        }
    }

    @Test
    void whatALongerSecondDiskHasIsInTheLastPart() throws IOException {
        byte[] longer = java.util.Arrays.copyOf(content, content.length + (1 << 20));
        longer[longer.length - 1] = 1;
        Path other = Files.write(folder.resolve("longer.raw"), longer);
        List<Integer> codes = new ArrayList<>();
        for (List<String> part : parts(3)) {
            codes.add(CommandLineRun.of(line(part, "compare", disk, "raw:" + other))
                    .exitCode());
        }
        assertThat(codes).containsExactly(0, 0, 1);
    }

    /** One grain that does not inflate is found by one part only, wherever ranges are cut. */
    @Test
    void aDamagedGrainIsInExactlyOnePart() throws IOException {
        byte[] stream = Files.readAllBytes(disk);
        for (int i = stream.length / 2; i < stream.length / 2 + 20; i++) {
            stream[i] ^= 0x5a;
        }
        Files.write(disk, stream);
        CommandLineRun whole = CommandLineRun.of("check", "--data", disk);
        long damaged = whole.out()
                .lines()
                .filter(line -> line.contains("data.unreadable"))
                .count();
        assertThat(damaged).as(whole.out()).isPositive();
        List<List<String>> cuts = new ArrayList<>(parts(3));
        for (List<List<String>> split : List.of(
                cuts,
                List.of(
                        List.of("--range", "0:3000001"),
                        List.of("--range", "3000001:6300000"),
                        List.of("--range", "6300000:")))) {
            long found = 0;
            for (List<String> part : split) {
                found += CommandLineRun.of(line(part, "check", "--data", disk))
                        .out()
                        .lines()
                        .filter(line -> line.contains("data.unreadable"))
                        .count();
            }
            assertThat(found).isEqualTo(damaged);
        }
    }

    @Test
    void whatGoesTogetherIsSaid() {
        for (List<Object> line : List.<List<Object>>of(
                List.of("check", disk, "--shard", "1/2"),
                List.of("compare", "--strict", disk, disk, "--shard", "1/2"),
                List.of("compare", disk, disk, "--shard", "1/2", "--range", "0:"),
                List.of("convert", disk, folder.resolve("x"), "-O", "thin", "--shard", "1/2"),
                List.of("convert", disk, folder.resolve("x"), "-O", "raw", "--range", "9M:1M"))) {
            assertThat(CommandLineRun.of(line.toArray()).exitCode())
                    .as("%s", line)
                    .isEqualTo(ExitCodes.USAGE);
        }
    }
}

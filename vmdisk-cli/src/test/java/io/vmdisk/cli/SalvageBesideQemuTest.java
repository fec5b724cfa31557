package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is brought back of damaged disks, beside {@code qemu-img convert --salvage}: the table of docs/rescue.md. */
class SalvageBesideQemuTest {
    private static final int SECTOR = 512;
    private static final int CAPACITY = 4 << 20;
    private static final int RUN = 64 << 10;
    private static final List<String> FORMATS =
            List.of("monolithicSparse", "streamOptimized", "vmfsSparse", "seSparse", "thin", "twoGbMaxExtentSparse");

    /** Something that happens to the file with the data. */
    private enum Damage {
        CUT("cut to 60 %") {
            @Override
            void harm(RandomAccessFile file) throws IOException {
                file.setLength(file.length() * 3 / 5);
            }
        },
        TAIL("its last 512 bytes lost") {
            @Override
            void harm(RandomAccessFile file) throws IOException {
                file.setLength(file.length() - SECTOR);
            }
        },
        NOISE("64 KiB of noise in the middle") {
            @Override
            void harm(RandomAccessFile file) throws IOException {
                byte[] noise = new byte[RUN];
                new Random(7).nextBytes(noise);
                file.seek(file.length() / 2 / SECTOR * SECTOR);
                file.write(noise);
            }
        };

        private final String words;

        Damage(String words) {
            this.words = words;
        }

        abstract void harm(RandomAccessFile file) throws IOException;
    }

    @TempDir
    private Path folder;

    private byte[] content = {};

    @Test
    void bringsBackNoFewerSectorsThanQemuAndWhatThePageSays() throws IOException {
        Qemu.assumePresent();
        content = content();
        Path raw = Files.write(folder.resolve("content.raw"), content);
        String page = Files.readString(Path.of("..", "docs", "rescue.md"));
        for (Damage damage : Damage.values()) {
            for (String format : FORMATS) {
                Path place = Files.createDirectory(folder.resolve(damage + format));
                Path disk = place.resolve("disk.vmdk");
                assertThat(CommandLineRun.of("convert", "raw:" + raw, disk, "-O", format)
                                .exitCode())
                        .isZero();
                try (RandomAccessFile file = new RandomAccessFile(data(place).toFile(), "rw")) {
                    damage.harm(file);
                }

                int ours = ours(disk);
                int theirs = theirs(disk);

                assertThat(ours).as(damage + " " + format).isGreaterThanOrEqualTo(theirs);
                assertThat(page).contains("| " + damage.words + " | " + format + " | " + ours + " | ");
            }
        }
    }

    /** Random bytes, with a run of zeros after every third run of them. */
    private static byte[] content() {
        byte[] bytes = new byte[CAPACITY];
        new Random(16).nextBytes(bytes);
        for (int at = 3 * RUN; at < CAPACITY; at += 4 * RUN) {
            Arrays.fill(bytes, at, at + RUN, (byte) 0);
        }
        return bytes;
    }

    private static Path data(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private int ours(Path disk) throws IOException {
        Path saved = disk.resolveSibling("ours.raw");
        CommandLineRun run = CommandLineRun.of("convert", "--salvage", disk, saved, "-O", "raw");
        assertThat(run.exitCode()).as(run.err()).isIn(ExitCodes.DONE, ExitCodes.NO);
        return good(saved);
    }

    private int theirs(Path disk) throws IOException {
        Path saved = disk.resolveSibling("theirs.raw");
        return Qemu.tryImg("convert", "--salvage", "-O", "raw", disk, saved).exitCode() == 0 ? good(saved) : 0;
    }

    /** How many sectors that are not zero came back as they were. */
    private int good(Path saved) throws IOException {
        byte[] bytes = Files.readAllBytes(saved);
        byte[] zeros = new byte[SECTOR];
        int good = 0;
        for (int at = 0; at + SECTOR <= Math.min(bytes.length, content.length); at += SECTOR) {
            boolean isSame = Arrays.equals(bytes, at, at + SECTOR, content, at, at + SECTOR);
            good += isSame && !Arrays.equals(bytes, at, at + SECTOR, zeros, 0, SECTOR) ? 1 : 0;
        }
        return good;
    }
}

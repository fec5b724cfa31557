package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        },
        TABLE("2 KiB of noise in its first table") {
            @Override
            void harm(RandomAccessFile file) throws IOException {
                byte[] noise = new byte[2048];
                new Random(8).nextBytes(noise);
                long table = firstTable(file);
                if (table > 0) {
                    file.seek(table);
                    file.write(noise);
                }
            }
        },
        ENTRY("8 bytes of a table, in all copies, lead nowhere") {
            @Override
            void harm(RandomAccessFile file) throws IOException {
                for (int copy = 0; copy < 2; copy++) {
                    long table = copy == 0 ? firstTable(file) : redundantTable(file);
                    if (table > 0) {
                        file.seek(table + 40);
                        file.write(new byte[] {-16, -1, -1, 0x7f, -16, -1, -1, 0x7f});
                    }
                }
            }
        };

        private final String words;

        Damage(String words) {
            this.words = words;
        }

        abstract void harm(RandomAccessFile file) throws IOException;

        boolean isOfTables() {
            return this == TABLE || this == ENTRY;
        }
    }

    /** Where the first grain table of a file begins, 0 for a flat file. */
    private static long firstTable(RandomAccessFile file) throws IOException {
        byte[] head = new byte[SECTOR];
        file.seek(0);
        file.readFully(head);
        ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        return switch (header.getInt(0)) {
            case 0x564D444B -> {
                long directory = header.getLong(56);
                if (directory == -1) {
                    file.seek(file.length() - 2 * SECTOR);
                    file.readFully(head);
                    directory = header.getLong(56);
                }
                yield sectorAt(file, directory * SECTOR);
            }
            case 0x44574F43 -> sectorAt(file, header.getInt(20) * (long) SECTOR);
            case 0xCAFEBABE -> header.getLong(0x90) * SECTOR;
            default -> 0;
        };
    }

    /** The same of the other copy that hosted files have, or 0. */
    private static long redundantTable(RandomAccessFile file) throws IOException {
        byte[] head = new byte[SECTOR];
        file.seek(0);
        file.readFully(head);
        ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        boolean has = header.getInt(0) == 0x564D444B && (header.getInt(8) & 2) != 0 && header.getLong(48) > 0;
        return has ? sectorAt(file, header.getLong(48) * SECTOR) : 0;
    }

    private static long sectorAt(RandomAccessFile file, long at) throws IOException {
        byte[] entry = new byte[4];
        file.seek(at);
        file.readFully(entry);
        return ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN).getInt() * (long) SECTOR;
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
        List<String> rows = new ArrayList<>();
        StringBuilder beside = new StringBuilder();
        for (Damage damage : Damage.values()) {
            for (String format : FORMATS) {
                if (format.equals("thin") && damage.isOfTables()) {
                    continue;
                }
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
                rows.add("| " + damage.words + " | " + format + " | " + ours + " | ");
                beside.append(rows.get(rows.size() - 1)).append(theirs).append(" |\n");
            }
        }
        assertThat(rows)
                .as(beside.toString())
                .allSatisfy(row -> assertThat(page).contains(row));
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

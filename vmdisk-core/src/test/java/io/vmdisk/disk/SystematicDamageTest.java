package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vmdisk.Run;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every word of the metadata of a tiny disk of every format, set to every value that hurts, one after another; every
 * length it can be cut to; every line and number of its descriptor. {@link HostileDisksTest} does the same at random.
 *
 * <p>What is metadata is what no run of the disk names. Of equal words in a row, as in the unused part of a table, the
 * first and last ones are taken, and those around the borders at which regions begin.
 */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class SystematicDamageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int CAPACITY = 70_144;
    private static final int HALF = 36_864;
    private static final int SECTOR = 512;
    private static final int MARKER_BYTES = 16;
    /** Of equal words in a row. */
    private static final int FIRST_WORDS = 12;

    private static final int LAST_WORDS = 4;
    private static final int REGION_BYTES = 1 << 20;

    private static final List<String> HOSTILE_NUMBERS = List.of(
            "",
            "0",
            "1",
            "-1",
            "127",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "18014398509481983",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            "1e9",
            "0x7fffffff");
    private static final Pattern NUMBER = Pattern.compile("[0-9a-f]{8}|[0-9]+");

    /** One kind of disk. */
    record Victim(String name, MemoryVolume volume) {
        @Override
        public String toString() {
            return name;
        }

        /** A copy in which one word is another. */
        MemoryVolume with(Path file, long at, int word) throws IOException {
            MemoryVolume copy = volume.copy();
            try (BlockFile open = copy.open(file, OpenMode.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                open.writeFully(at, bytes.putInt(word).flip());
            }
            return copy;
        }

        MemoryVolume cut(Path file, long length) throws IOException {
            MemoryVolume copy = volume.copy();
            try (BlockFile open = copy.open(file, OpenMode.WRITE)) {
                open.setSize(length);
            }
            return copy;
        }
    }

    static Stream<Victim> victims() throws IOException {
        return Stream.concat(
                sparse(),
                Stream.of(alone(DiskFormat.TWO_GB_FLAT), alone(DiskFormat.VMFS), alone(DiskFormat.VMFS_THIN)));
    }

    /** Those that have tables. */
    static Stream<Victim> sparse() throws IOException {
        return Stream.of(
                alone(DiskFormat.MONOLITHIC_SPARSE),
                alone(DiskFormat.TWO_GB_SPARSE),
                alone(DiskFormat.VMFS_SPARSE),
                alone(DiskFormat.SE_SPARSE),
                new Victim("streamOptimized", TestDisks.stream(CAPACITY)),
                over(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE),
                over(DiskFormat.VMFS_SPARSE, DiskFormat.MONOLITHIC_SPARSE));
    }

    private static Victim alone(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        CreateSpec spec = TestDisks.small(format, CAPACITY);
        boolean split = format == DiskFormat.TWO_GB_SPARSE || format == DiskFormat.TWO_GB_FLAT;
        TestDisks.create(volume, TestDisks.DISK, split ? spec.withExtentBytes(HALF) : spec);
        fill(volume, TestDisks.DISK, format);
        return new Victim(format.word(), volume);
    }

    private static Victim over(DiskFormat parent, DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path base = TestDisks.DISK.resolveSibling("base.vmdk");
        TestDisks.create(volume, base, TestDisks.small(parent, CAPACITY));
        fill(volume, base, parent);
        CreateSpec delta = TestDisks.small(format, CAPACITY).withParent(base);
        TestDisks.create(volume, TestDisks.DISK, delta);
        fill(volume, TestDisks.DISK, format);
        return new Victim(format.word() + " over " + parent.word(), volume);
    }

    /** Data at both ends and in the middle; and zeros, where the tables have a word for them. */
    private static void fill(MemoryVolume volume, Path path, DiskFormat format) throws IOException {
        OpenOptions options = OpenOptions.writable().withVolume(volume);
        try (VirtualDisk disk = VirtualDisk.open(path, options)) {
            disk.write(0, ByteBuffer.wrap(Patterns.random(1, 5000)));
            disk.write(CAPACITY / 2, ByteBuffer.wrap(Patterns.random(2, 17_000)));
            disk.write(CAPACITY - 700, ByteBuffer.wrap(Patterns.random(3, 700)));
            if (format != DiskFormat.VMFS_SPARSE) {
                disk.zero(CAPACITY / 4, 17_000);
                disk.unmap(CAPACITY / 2 + 8192, 8192);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sparse")
    void survivesEveryHostileWordInItsMetadata(Victim victim) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            assertThat(DamageTrial.reads(victim.volume().copy())).isTrue();
            int readable = 0;
            int unreadable = 0;
            for (Path file : victim.volume().files()) {
                byte[] bytes = victim.volume().bytes(file);
                BitSet words = metadataWords(victim.volume(), file, bytes);
                ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = words.nextSetBit(0); i >= 0; i = words.nextSetBit(i + 1)) {
                    int at = i * Integer.BYTES;
                    for (int word : hostile(numbers.getInt(at), bytes.length / SECTOR)) {
                        String what = "word " + Integer.toHexString(word) + " at " + at;
                        if (reads(victim, file, what, victim.with(file, at, word))) {
                            readable++;
                        } else {
                            unreadable++;
                        }
                    }
                }
            }
            assertThat(readable).as("disks that can still be read").isGreaterThan(200);
            assertThat(unreadable).as("disks that can't").isGreaterThan(100);
        });
    }

    @ParameterizedTest
    @MethodSource("victims")
    void survivesBeingCutAtEverySector(Victim victim) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (Path file : victim.volume().files()) {
                byte[] bytes = victim.volume().bytes(file);
                for (int length = 0; length < bytes.length; length += SECTOR) {
                    if (isNearContent(bytes, length)) {
                        reads(victim, file, "cut to " + length, victim.cut(file, length));
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("victims")
    void survivesEveryChangeOfItsDescriptor(Victim victim) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            int tries = 0;
            for (Path file : victim.volume().files()) {
                byte[] bytes = victim.volume().bytes(file);
                Text text = Text.in(bytes);
                if (text != null) {
                    for (String changed : text.changes()) {
                        MemoryVolume copy = victim.volume().copy();
                        copy.put(file, text.put(bytes, changed));
                        reads(victim, file, "descriptor " + changed, copy);
                        tries++;
                    }
                }
            }
            assertThat(tries).isGreaterThan(50);
        });
    }

    private static boolean reads(Victim victim, Path file, String what, MemoryVolume volume) {
        try {
            return DamageTrial.reads(volume);
        } catch (AssertionError e) {
            throw new AssertionError(victim + ", " + file.getFileName() + ", " + what + ": " + e.getMessage(), e);
        }
    }

    private static int[] hostile(int word, int fileSectors) {
        return Arrays.stream(new int[] {
                    0,
                    1,
                    -1,
                    Integer.MAX_VALUE,
                    Integer.MIN_VALUE,
                    word + 1,
                    word - 1,
                    word ^ Integer.MIN_VALUE,
                    fileSectors - 1,
                    fileSectors,
                    fileSectors + 1
                })
                .filter(each -> each != word)
                .distinct()
                .toArray();
    }

    /** The words of a file that are neither guest data nor text, without the middles of long rows of equal ones. */
    private static BitSet metadataWords(MemoryVolume volume, Path file, byte[] bytes) throws IOException {
        BitSet words = new BitSet();
        Text text = Text.in(bytes);
        if (text != null && text.at == 0) {
            return words;
        }
        words.set(0, bytes.length / Integer.BYTES);
        if (text != null) {
            words.clear(text.at / Integer.BYTES, (text.at + text.room) / Integer.BYTES);
        }
        for (Path disk : volume.files()) {
            clearData(volume, disk, file, words);
        }
        BitSet chosen = new BitSet();
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = 0;
        for (int i = 1; i <= bytes.length / Integer.BYTES; i++) {
            boolean ends = i == bytes.length / Integer.BYTES
                    || i * Integer.BYTES % REGION_BYTES == 0
                    || numbers.getInt(i * Integer.BYTES) != numbers.getInt(start * Integer.BYTES);
            if (ends) {
                chosen.set(start, Math.min(i, start + FIRST_WORDS));
                chosen.set(Math.max(start, i - LAST_WORDS), i);
                start = i;
            }
        }
        chosen.and(words);
        return chosen;
    }

    /** What the runs of a disk name in a file; but the marker in front of a compressed grain is metadata. */
    private static void clearData(MemoryVolume volume, Path disk, Path file, BitSet words) throws IOException {
        if (Text.in(volume.bytes(disk)) == null) {
            return;
        }
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            for (Run run : open.runs(0, open.capacity())) {
                if (run instanceof Run.Data data && data.file().equals(file)) {
                    clear(words, data.at(), data.at() + data.length());
                } else if (run instanceof Run.Compressed packed && packed.file().equals(file)) {
                    clear(words, packed.at() + MARKER_BYTES, packed.at() + packed.storedLength());
                }
            }
        }
    }

    private static void clear(BitSet words, long from, long to) {
        words.clear(Math.toIntExact(from / Integer.BYTES), Math.toIntExact(to / Integer.BYTES));
    }

    /** Whether a sector there, or the one before, has anything in it, or a region begins there. */
    private static boolean isNearContent(byte[] bytes, int at) {
        int from = Math.max(0, at - SECTOR);
        int to = Math.min(bytes.length, at + SECTOR);
        return at % REGION_BYTES == 0 || Arrays.mismatch(bytes, from, to, new byte[to - from], 0, to - from) >= 0;
    }

    /** A descriptor: a file of its own, or the room for it behind a hosted header. */
    private record Text(int at, int room, String text) {
        static @Nullable Text in(byte[] bytes) {
            ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (bytes[0] == '#' && bytes[1] == ' ') {
                return new Text(0, bytes.length, new String(bytes, StandardCharsets.UTF_8));
            }
            if (header.getInt(0) != 0x564D444B || header.getLong(28) == 0) {
                return null;
            }
            int at = Math.toIntExact(header.getLong(28) * SECTOR);
            int room = Math.toIntExact(header.getLong(36) * SECTOR);
            int end = at;
            while (end < at + room && bytes[end] != 0) {
                end++;
            }
            return new Text(at, room, new String(bytes, at, end - at, StandardCharsets.UTF_8));
        }

        /** Each line away, twice, and with each of its numbers replaced. */
        List<String> changes() {
            List<String> changes = new ArrayList<>();
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                changes.add(with(lines, i, List.of()));
                changes.add(with(lines, i, List.of(line, line)));
                Matcher number = NUMBER.matcher(line);
                while (number.find()) {
                    for (String hostile : HOSTILE_NUMBERS) {
                        String changed = line.substring(0, number.start()) + hostile + line.substring(number.end());
                        changes.add(with(lines, i, List.of(changed)));
                    }
                }
            }
            return changes;
        }

        private static String with(List<String> lines, int index, List<String> instead) {
            List<String> changed = new ArrayList<>(lines.subList(0, index));
            changed.addAll(instead);
            changed.addAll(lines.subList(index + 1, lines.size()));
            return String.join("\n", changed) + "\n";
        }

        /** The file with another text. */
        byte[] put(byte[] bytes, String changed) {
            byte[] words = changed.getBytes(StandardCharsets.UTF_8);
            if (at == 0) {
                return words;
            }
            byte[] file = bytes.clone();
            System.arraycopy(Arrays.copyOf(words, room), 0, file, at, room);
            return file;
        }
    }
}

package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * {@code map --json} beside {@code qemu-img map}, on all formats that either program makes and the other reads, alone and
 * in chains of all deltas and three capacities.
 *
 * <p>Both say the same of each byte, but for the holes of flat files, where the difference is asserted: without the native
 * tier, which unit tests never have, holes are not known and the file is data throughout. The other case is in {@link
 * MapIT}.
 */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class MapBesideQemuTest {
    private static final int GRAIN = 64 << 10;
    private static final int BASE_BYTES = 40 * GRAIN + 4096;
    private static final int[] DELTA_BYTES = {25 * GRAIN + 512, BASE_BYTES, 50 * GRAIN + 1024};

    private static final List<String> DELTAS = List.of(
            "qemu monolithicSparse",
            "ours monolithicSparse",
            "qemu twoGbMaxExtentSparse",
            "ours twoGbMaxExtentSparse",
            "qemu streamOptimized",
            "ours vmfsSparse",
            "ours seSparse");

    static final List<String> BASES = Stream.concat(
                    DELTAS.stream(),
                    Stream.of(
                            "ours streamOptimized",
                            "qemu monolithicFlat",
                            "ours monolithicFlat",
                            "qemu twoGbMaxExtentFlat",
                            "ours twoGbMaxExtentFlat",
                            "ours vmfs",
                            "ours vmfsEagerZeroedThick",
                            "ours vmfsThin"))
            .toList();

    static final List<Integer> RAW_SIZES = List.of(BASE_BYTES, 25 * GRAIN + 512);

    @TempDir
    Path folder;

    private final Map<Path, List<String>> qemuWrites = new LinkedHashMap<>();

    @BeforeEach
    void needsQemu() {
        Qemu.assumePresent();
    }

    @ParameterizedTest
    @FieldSource("BASES")
    void agreesOnADiskAndOnChainsOverIt(String format) throws IOException {
        Path base = folder.resolve("base.vmdk");
        make(format, base, BASE_BYTES, null);
        assertAgree(List.of(base));

        List<Path> middles = new ArrayList<>();
        List<Path> tops = new ArrayList<>();
        int turn = BASES.indexOf(format);
        for (int i = 0; i < DELTAS.size(); i++) {
            Path middle = folder.resolve("middle" + i + ".vmdk");
            make(DELTAS.get(i), middle, DELTA_BYTES[i % 3], base);
            middles.add(middle);
        }
        assertAgree(middles);
        for (int i = 0; i < DELTAS.size(); i += 3) {
            Path top = folder.resolve("top" + i + ".vmdk");
            make(DELTAS.get((i + turn) % DELTAS.size()), top, DELTA_BYTES[(i + turn) / 3 % 3], middles.get(i));
            tops.add(top);
        }
        assertAgree(tops);
    }

    @ParameterizedTest
    @FieldSource("RAW_SIZES")
    void agreesOnRawDisks(int bytes) throws IOException {
        Path raw = folder.resolve("disk.raw");
        Qemu.img("create", "-q", "-f", "raw", raw, bytes);
        Qemu.io("raw", raw, randomWrites(1, bytes).toArray(String[]::new));

        List<MapStretch> theirs = MapStretch.parse(Qemu.img("map", "--output=json", "-f", "raw", raw));
        List<MapStretch> ours = ours("raw:" + raw);

        assertThat(theirs).anyMatch(MapStretch::isHoleOfQemu);
        assertThat(MapStretch.joined(ours)).isEqualTo(MapStretch.joined(MapStretch.holesAsData(theirs)));
        assertTrue(ours, Files.readAllBytes(raw));
    }

    private void make(String makerAndFormat, Path disk, int bytes, @Nullable Path parent) throws IOException {
        String format = makerAndFormat.substring(5);
        long seed = makerAndFormat.hashCode() + bytes;
        if (makerAndFormat.startsWith("qemu")) {
            List<Object> words = new ArrayList<>(List.of("create", "-q", "-f", "vmdk", "-o"));
            words.add("subformat=" + format + (format.endsWith("Flat") ? "" : ",zeroed_grain=on"));
            if (parent != null) {
                words.addAll(List.of("-F", "vmdk", "-b", parent.getFileName()));
            }
            words.addAll(List.of(disk, bytes));
            Qemu.img(words.toArray());
            qemuWrites.put(
                    disk, format.equals("streamOptimized") ? wholeGrains(seed, bytes) : randomWrites(seed, bytes));
        } else if (format.equals("streamOptimized")) {
            Path raw = Files.write(folder.resolve("content.raw"), Patterns.mixed(seed, bytes));
            run("convert", "raw:" + raw, disk, "-O", format);
        } else {
            // The command makes no delta that ends before its parent; other programs do.
            CreateSpec spec = CreateSpec.of(DiskFormat.of(format).orElseThrow(), bytes);
            StagedDisk.createEmpty(disk, parent == null ? spec : spec.withParent(parent), Progress.NONE);
            change(disk, new SplittableRandom(seed));
        }
    }

    private static void run(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static List<String> randomWrites(long seed, int capacity) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> {
                    int length = 512 * (1 + random.nextInt(300));
                    int at = 512 * random.nextInt((capacity - length) / 512 + 1);
                    return random.nextInt(3) == 0
                            ? "write -q -z " + at + " " + length
                            : "write -q -P " + (1 + random.nextInt(255)) + " " + at + " " + length;
                })
                .limit(9)
                .toList();
    }

    private static List<String> wholeGrains(long seed, int capacity) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> writes = new ArrayList<>();
        for (int at = 0; at < capacity; at += GRAIN) {
            int length = Math.min(GRAIN, capacity - at);
            switch (random.nextInt(4)) {
                case 0 -> writes.add("write -q -P " + (1 + random.nextInt(255)) + " " + at + " " + length);
                case 1 -> writes.add("write -q -z " + at + " " + length);
                default -> {}
            }
        }
        return writes;
    }

    private static void change(Path disk, SplittableRandom random) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            int capacity = Math.toIntExact(open.capacity());
            for (int i = 0; i < 9; i++) {
                int length = 512 * (1 + random.nextInt(300));
                int at = 512 * random.nextInt((capacity - length) / 512 + 1);
                switch (i % 3) {
                    case 0 -> open.write(at, ByteBuffer.wrap(Patterns.random(i, length)));
                    case 1 -> open.zero(at, length);
                    default -> open.unmap(at, length);
                }
            }
        }
    }

    private void assertAgree(List<Path> disks) throws IOException {
        Qemu.ioEach("vmdk", qemuWrites);
        qemuWrites.clear();
        byte[] content = raw(disks);
        int at = 0;
        for (Path disk : disks) {
            List<MapStretch> theirs = MapStretch.parse(Qemu.img("map", "--output=json", "-f", "vmdk", disk));
            List<MapStretch> ours = ours(disk);
            int end = at + Math.toIntExact(theirs.get(theirs.size() - 1).end());
            assertTrue(ours, Arrays.copyOfRange(content, at, end));
            assertThat(MapStretch.joined(ours))
                    .as(disk.getFileName().toString())
                    .isEqualTo(MapStretch.joined(MapStretch.holesAsData(theirs)));
            at = end;
        }
        assertThat(at).isEqualTo(content.length);
    }

    /** What qemu reads from all of them, one after another. */
    private byte[] raw(List<Path> disks) throws IOException {
        Path raw = folder.resolve("expected.raw");
        List<Object> words = new ArrayList<>(List.of("convert", "-f", "vmdk", "-O", "raw"));
        words.addAll(disks);
        words.add(raw);
        Qemu.img(words.toArray());
        return Files.readAllBytes(raw);
    }

    private static List<MapStretch> ours(Object disk) throws IOException {
        CommandLineRun run = CommandLineRun.of("map", "--json", disk);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return MapStretch.parse(run.out());
    }

    /** The stretches cover the disk once, zeros are zeros, and what has an offset is there. */
    private static void assertTrue(List<MapStretch> stretches, byte[] content) throws IOException {
        long next = 0;
        for (MapStretch stretch : stretches) {
            assertThat(stretch.start()).isEqualTo(next);
            assertThat(stretch.length()).isPositive();
            assertThat(stretch.data()).isNotEqualTo(stretch.zero());
            next = stretch.end();
            byte[] part = Arrays.copyOfRange(content, (int) stretch.start(), (int) next);
            if (stretch.zero()) {
                assertThat(part).as("%s", stretch).isEqualTo(new byte[part.length]);
            } else if (stretch.offset() >= 0) {
                ByteBuffer stored = ByteBuffer.allocate(part.length);
                try (FileChannel file = FileChannel.open(Objects.requireNonNull(stretch.file()))) {
                    while (stored.hasRemaining() && file.read(stored, stretch.offset() + stored.position()) > 0) {}
                }
                assertThat(part).as("%s", stretch).isEqualTo(stored.array());
            }
        }
        assertThat(next).isEqualTo(content.length);
    }
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Everything that qemu-img can make reads as qemu-img itself reads it.
 *
 * <p>Every combination of options is tried: alone, under one delta, and under two. The deltas go through all
 * combinations too, and are smaller, as large or larger than what is below them.
 */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class QemuDisksTest {
    private static final int GRAIN = 64 << 10;
    /** None ends with a grain. */
    private static final int BASE_BYTES = (24 * GRAIN) + 37 * 512;

    private static final int[] DELTA_BYTES = {(13 * GRAIN) + 512, BASE_BYTES, (31 * GRAIN) + 11 * 512};

    private static final List<String> SUBFORMATS = QemuKind.SUBFORMATS;
    private static final int ACCEPTED_FLAT = 16;
    private static final int ACCEPTED_SPARSE = 32;

    private static final List<QemuKind> ACCEPTED = SUBFORMATS.stream()
            .flatMap(subformat -> QemuKind.product(subformat).stream())
            .filter(kind -> kind.refusal().isEmpty())
            .toList();
    private static final List<QemuKind> DELTAS =
            ACCEPTED.stream().filter(kind -> !kind.isFlat()).toList();

    @TempDir
    Path folder;

    @BeforeAll
    static void needsQemu() {
        Qemu.assumePresent();
    }

    /** One disk to be made: which, how large, over what. */
    private record Plan(QemuKind kind, int bytes) {}

    /** The base of a number, its delta, and the delta of that; the factors mix all kinds, which a test makes sure of. */
    private static List<Plan> chain(int number) {
        QemuKind middle = DELTAS.get(number * 5 % DELTAS.size());
        QemuKind top = DELTAS.get((number * 23 + 11) % DELTAS.size());
        return List.of(
                new Plan(ACCEPTED.get(number), BASE_BYTES),
                new Plan(middle, DELTA_BYTES[number % 3]),
                new Plan(top, DELTA_BYTES[number / 3 % 3]));
    }

    @ParameterizedTest
    @FieldSource("SUBFORMATS")
    void qemuImgRefusesTheOtherCombinations(String subformat) throws IOException {
        int refused = 0;
        for (QemuKind kind : QemuKind.product(subformat)) {
            if (kind.refusal().isPresent()) {
                Path disk = folder.resolve("disk.vmdk");
                Command.Result made = Qemu.tryImg("create", "-q", "-f", "vmdk", "-o", kind.options(), disk, "1M");
                assertThat(made.exitCode()).as("%s", kind).isEqualTo(1);
                assertThat(made.err()).as("%s", kind).contains(kind.refusal().orElseThrow());
                refused++;
            }
        }
        assertThat(refused).isEqualTo(4 * 2 * 2 * 3 - accepted(subformat));
    }

    private static int accepted(String subformat) {
        return subformat.endsWith("Flat") ? ACCEPTED_FLAT : ACCEPTED_SPARSE;
    }

    @Test
    void theChainsHaveEveryKindOfDeltaOverEverySubformat() {
        Set<QemuKind> middles = new HashSet<>();
        Set<QemuKind> tops = new HashSet<>();
        Set<String> pairs = new HashSet<>();
        Set<String> triples = new HashSet<>();
        Set<String> capacities = new HashSet<>();
        for (int number = 0; number < ACCEPTED.size(); number++) {
            List<Plan> chain = chain(number);
            QemuKind base = chain.get(0).kind();
            QemuKind middle = chain.get(1).kind();
            QemuKind top = chain.get(2).kind();
            middles.add(middle);
            tops.add(top);
            pairs.add(base.subformat() + middle.subformat() + middle.zeroedGrain());
            triples.add(base.subformat() + middle.subformat() + top.subformat());
            capacities.add(
                    base.subformat() + chain.get(1).bytes() + " " + chain.get(2).bytes());
        }

        assertThat(ACCEPTED).hasSize(2 * ACCEPTED_FLAT + 3 * ACCEPTED_SPARSE);
        assertThat(DELTAS).hasSize(3 * ACCEPTED_SPARSE);
        assertThat(middles).hasSameSizeAs(DELTAS);
        assertThat(tops).hasSameSizeAs(DELTAS);
        assertThat(pairs).hasSize(5 * 3 * 2);
        assertThat(triples).hasSize(5 * 3 * 3);
        assertThat(capacities).hasSize(5 * 3 * 3);
    }

    @ParameterizedTest
    @FieldSource("SUBFORMATS")
    void readsEveryCombinationAloneAndUnderDeltas(String subformat) throws IOException {
        int[] numbers = IntStream.range(0, ACCEPTED.size())
                .filter(number -> ACCEPTED.get(number).subformat().equals(subformat))
                .toArray();
        assertThat(numbers).hasSize(accepted(subformat));
        for (int level = 0; level < 3; level++) {
            Map<Path, List<String>> writes = new LinkedHashMap<>();
            for (int number : numbers) {
                Plan plan = chain(number).get(level);
                create(plan, level, number);
                writes.put(link(level, number), writes(plan, level * 1000 + number));
            }
            Qemu.ioEach("vmdk", writes);
            assertReadLikeQemu(List.copyOf(writes.keySet()));
        }
    }

    private Path link(int level, int number) {
        return folder.resolve("link" + level + "-of-" + number + ".vmdk");
    }

    private void create(Plan plan, int level, int number) throws IOException {
        List<Object> words = new ArrayList<>(
                List.of("create", "-q", "-f", "vmdk", "-o", plan.kind().options()));
        if (level > 0) {
            String parent = link(level - 1, number).getFileName().toString();
            words.addAll(List.of("-F", "vmdk", "-b", parent));
        }
        words.addAll(List.of(link(level, number), plan.bytes()));
        Qemu.img(words.toArray());
    }

    private static List<String> writes(Plan plan, long seed) {
        return plan.kind().isStream() ? wholeGrains(seed, plan.bytes()) : randomWrites(seed, plan.bytes());
    }

    /** Commands of qemu-io that write all over a disk. */
    static List<String> randomWrites(long seed, int capacity) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> {
                    int length = 512 * (1 + random.nextInt(400));
                    long at = 512L * random.nextInt((capacity - length) / 512 + 1);
                    return random.nextInt(4) == 0
                            ? "write -q -z " + at + " " + length
                            : "write -q -P " + (1 + random.nextInt(255)) + " " + at + " " + length;
                })
                .limit(15)
                .toList();
    }

    /** About half of all grains, each once. */
    private static List<String> wholeGrains(long seed, int capacity) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> writes = new ArrayList<>();
        for (int at = 0; at < capacity; at += GRAIN) {
            if (random.nextBoolean()) {
                int length = Math.min(GRAIN, capacity - at);
                writes.add("write -q -P " + random.nextInt(256) + " " + at + " " + length);
            }
        }
        return writes;
    }

    @Test
    void readsStreamsThatQemuImgConverts() throws IOException {
        Path raw = folder.resolve("content.raw");
        Files.write(raw, Patterns.mixed(5, (3 << 20) + 2560));
        Path disk = folder.resolve("stream.vmdk");
        Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, disk);

        assertReadsLikeQemu(disk);
    }

    @ParameterizedTest
    @CsvSource({"twoGbMaxExtentSparse", "twoGbMaxExtentFlat"})
    void readsChainsAcrossTheBordersOfSplitExtents(String subformat) throws IOException {
        long[] borders = {2L << 30, 4L << 30, 5L << 30};
        Path base = folder.resolve("base.vmdk");
        Path top = folder.resolve("top.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=" + subformat, base, "5G");
        Qemu.io("vmdk", base, "write -q -P 0x5a 2147482624 2048", "write -q -P 0x6b 4294965760 512");
        Qemu.img(
                "create",
                "-q",
                "-f",
                "vmdk",
                "-o",
                "subformat=twoGbMaxExtentSparse,zeroed_grain=on",
                "-F",
                "vmdk",
                "-b",
                base.getFileName(),
                top,
                "6G");
        Qemu.io("vmdk", top, "write -q -P 0x7c 2147483648 512", "write -q -P 0x6b 5368708608 1024");
        Path raw = folder.resolve("expected.raw");
        Qemu.toRaw("vmdk", top, raw);

        try (VirtualDisk opened = VirtualDisk.open(top);
                RandomAccessFile expected = new RandomAccessFile(raw.toFile(), "r")) {
            assertThat(opened.capacity()).isEqualTo(6L << 30).isEqualTo(expected.length());
            for (long border : borders) {
                byte[] theirs = new byte[8192];
                expected.seek(border - 4096);
                expected.readFully(theirs);
                ByteBuffer ours = ByteBuffer.allocate(8192);
                assertThat(opened.read(border - 4096, ours)).isEqualTo(8192);
                assertThat(theirs).isNotEqualTo(new byte[8192]);
                assertThat(ours.array()).as("around %d", border).isEqualTo(theirs);
            }
            assertThat(opened.read(opened.capacity(), ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void opensARenamedMonolithicFile() throws IOException {
        Path disk = folder.resolve("old-name.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", disk, "2M");
        Qemu.io("vmdk", disk, "write -P 0x11 64k 64k");
        Path renamed = folder.resolve("new-name.vmdk");
        Files.move(disk, renamed);

        assertReadsLikeQemu(renamed);
    }

    private void assertReadsLikeQemu(Path disk) throws IOException {
        assertReadLikeQemu(List.of(disk));
    }

    /** One conversion puts all disks one after another, which saves the start of a process for each. */
    private void assertReadLikeQemu(List<Path> disks) throws IOException {
        Path raw = folder.resolve("expected.raw");
        List<Object> words = new ArrayList<>(List.of("convert", "-f", "vmdk", "-O", "raw"));
        words.addAll(disks);
        words.add(raw);
        Qemu.img(words.toArray());
        byte[] expected = Files.readAllBytes(raw);
        int at = 0;
        for (Path disk : disks) {
            try (VirtualDisk opened = VirtualDisk.open(disk)) {
                byte[] content = DiskContent.of(opened);
                assertThat(Arrays.mismatch(content, 0, content.length, expected, at, at + content.length))
                        .as("first byte of %s that differs", disk)
                        .isEqualTo(-1);
                assertThat(content).as("%s was written", disk).isNotEqualTo(new byte[content.length]);
                DiskContent.assertRunsAgree(opened);
                at += content.length;
            }
        }
        assertThat(at).isEqualTo(expected.length);
    }
}

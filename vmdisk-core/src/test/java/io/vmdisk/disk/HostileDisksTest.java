package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.VmdiskException;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, a disk answers or fails with one of our exceptions, in bounded time and memory. */
@Tag("long")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileDisksTest {
    private static final int CAPACITY = 300_032;
    private static final int TRIES = 100;
    /** Copying it takes most of a try's time, so there are fewer. */
    private static final int LARGE = 1 << 20;

    private static final long[] WORDS = {
        0,
        1,
        2,
        3,
        0x7f,
        0xff,
        1 << 20,
        1 << 21,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        1L << 32,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        Long.MAX_VALUE / 512,
        0x1000_0000_0000_0000L,
        0x3fff_ffff_ffff_ffffL
    };

    private static final byte[][] TEXTS = Stream.of(
                    "9223372036854775807",
                    "-1",
                    "ffffffff",
                    "\"",
                    "=",
                    "\n",
                    "RW 99999999999999 ZERO\n",
                    "RW 8 FLAT \"disk.vmdk\" 0\n",
                    "\0",
                    "parentCID=00000000\n",
                    "parentFileNameHint=\"disk.vmdk\"\n",
                    "encoding=\"UTF-16\"\n",
                    "RW 1 SPARSE \"../x\"\n",
                    "RDONLY 16 SESPARSE \"disk.vmdk\"\n",
                    "é")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    /** One kind of disk. */
    record Victim(String name, MemoryVolume volume) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Victim> victims() throws IOException {
        Stream.Builder<Victim> all = Stream.builder();
        for (DiskFormat format : new DiskFormat[] {
            DiskFormat.MONOLITHIC_SPARSE,
            DiskFormat.TWO_GB_SPARSE,
            DiskFormat.TWO_GB_FLAT,
            DiskFormat.VMFS,
            DiskFormat.VMFS_SPARSE,
            DiskFormat.SE_SPARSE
        }) {
            all.add(new Victim(format.word(), TestDisks.of(format, CAPACITY)));
        }
        all.add(new Victim("stream", TestDisks.stream(CAPACITY)));
        all.add(new Victim(
                "seSparse over hosted", TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE, CAPACITY)));
        all.add(new Victim(
                "hosted over cowd", TestDisks.over(DiskFormat.VMFS_SPARSE, DiskFormat.MONOLITHIC_SPARSE, CAPACITY)));
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("victims")
    void survivesChangedWordsAllOverTheHeader(Victim victim) throws IOException {
        for (Path file : victim.volume().files()) {
            byte[] bytes = victim.volume().bytes(file);
            int end = Math.min(bytes.length, isText(bytes) ? 0 : 128);
            int step = bytes.length > LARGE ? 7 : 2;
            for (int at = 0; at < end; at += 4) {
                for (int i = at / 4 % step; i < WORDS.length; i += step) {
                    long word = WORDS[i];
                    byte[] changed = bytes.clone();
                    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, word);
                    check(victim, file, changed, "word " + word + " at " + at);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void survivesRandomDamage(Victim victim) throws IOException {
        SplittableRandom random = new SplittableRandom(victim.name().hashCode());
        for (Path file : victim.volume().files()) {
            byte[] bytes = victim.volume().bytes(file);
            for (int i = bytes.length > LARGE ? TRIES / 2 : 0; i < TRIES; i++) {
                byte[] changed = damage(bytes, random);
                check(victim, file, changed, "try " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void survivesBeingCutAnywhere(Victim victim) throws IOException {
        for (Path file : victim.volume().files()) {
            byte[] bytes = victim.volume().bytes(file);
            int step = Math.max(1, bytes.length / 60);
            for (int length = 0; length < bytes.length; length += length < 64 ? 7 : step) {
                check(victim, file, Arrays.copyOf(bytes, length), "cut to " + length);
            }
        }
    }

    @Test
    void aSmallFileThatClaimsPetabytesAllocatesNothing() throws IOException {
        for (DiskFormat format :
                new DiskFormat[] {DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE}) {
            MemoryVolume victim = TestDisks.of(format, CAPACITY);
            Path sparse = sparseFile(victim);
            int field = format == DiskFormat.MONOLITHIC_SPARSE ? 12 : format == DiskFormat.SE_SPARSE ? 16 : 12;
            byte[] small = Arrays.copyOf(victim.bytes(sparse), 4096);
            ByteBuffer numbers = ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN);
            if (format == DiskFormat.VMFS_SPARSE) {
                numbers.putInt(field, -1);
            } else {
                numbers.putLong(field, 1L << 43);
            }
            MemoryVolume volume = new MemoryVolume();
            volume.put(TestDisks.DISK, small);
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThatThrownBy(() -> {
                        try (VirtualDisk disk = VirtualDisk.open(
                                TestDisks.DISK, OpenOptions.readOnly().withVolume(volume))) {
                            disk.runs(0, disk.capacity());
                        }
                    })
                    .as(format.word())
                    .isInstanceOf(VmdiskException.class);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as(format.word())
                    .isLessThan(2 << 20);
        }
    }

    private static Path sparseFile(MemoryVolume volume) throws IOException {
        for (Path file : volume.files()) {
            if (!isText(volume.bytes(file))) {
                return file;
            }
        }
        throw new AssertionError("no sparse file");
    }

    private static boolean isText(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == '#' && bytes[1] == ' ';
    }

    /** A few changes; mostly near the front or the back, where headers, tables and footers are. */
    private static byte[] damage(byte[] bytes, SplittableRandom random) {
        byte[] changed = bytes.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int range = random.nextBoolean() ? Math.min(changed.length, 2048) : changed.length;
            int at = random.nextInt(range);
            if (random.nextInt(4) == 0) {
                at = changed.length - 1 - random.nextInt(Math.min(changed.length, 2048));
            }
            switch (random.nextInt(5)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> {
                    long word = WORDS[random.nextInt(WORDS.length)];
                    int aligned = Math.min(at / 4 * 4, Math.max(0, changed.length - 8));
                    if (changed.length >= 8) {
                        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(aligned, word);
                    }
                }
                case 3 -> {
                    byte[] text = TEXTS[random.nextInt(TEXTS.length)];
                    System.arraycopy(text, 0, changed, at, Math.min(text.length, changed.length - at));
                }
                default -> changed = insert(changed, at, TEXTS[random.nextInt(TEXTS.length)], random);
            }
        }
        return changed;
    }

    /** Text is also put between, which keeps what follows. */
    private static byte[] insert(byte[] bytes, int at, byte[] text, SplittableRandom random) {
        int start = at;
        if (random.nextBoolean()) {
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
        }
        ByteBuffer longer = ByteBuffer.allocate(bytes.length + text.length);
        longer.put(bytes, 0, start).put(text).put(bytes, start, bytes.length - start);
        return longer.array();
    }

    private static void check(Victim victim, Path file, byte[] changed, String what) {
        MemoryVolume volume = victim.volume().copy();
        volume.put(file, changed);
        try {
            HostileDisk.read(volume, TestDisks.DISK);
            HostileDisk.write(volume, TestDisks.DISK);
        } catch (AssertionError e) {
            throw new AssertionError(victim + ", " + file.getFileName() + ", " + what + ": " + e.getMessage(), e);
        }
        assertThat(volume.openFiles()).as("%s, %s, %s", victim, file, what).isEmpty();
    }
}

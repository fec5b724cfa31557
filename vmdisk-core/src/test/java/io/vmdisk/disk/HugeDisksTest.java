package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Disks at the limits of their formats, nearly empty. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HugeDisksTest {
    private static final long TIB = 1L << 40;
    private static final long SECTOR = 512;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemoryVolume volume = new MemoryVolume();

    private VirtualDisk open(OpenOptions options) throws IOException {
        return VirtualDisk.open(TestDisks.DISK, options.withVolume(volume));
    }

    /** Data at the front, in the middle and at the very end, and nothing else. */
    private void writeThree(long capacity) throws IOException {
        try (VirtualDisk disk = open(OpenOptions.writable())) {
            for (long at : places(capacity)) {
                disk.write(at, ByteBuffer.wrap(Patterns.random(at, 9000)));
            }
        }
    }

    private static long[] places(long capacity) {
        return new long[] {0, capacity / 2 - 4500, capacity - 9000};
    }

    private void assertFoundWithLittle(long capacity, long maxBytes) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            assertThat(disk.capacity()).isEqualTo(capacity);
            List<Run> runs = disk.runs(0, capacity);
            assertThat(runs).hasSizeBetween(5, 12);
            assertThat(runs.get(runs.size() - 1).end()).isEqualTo(capacity);
            for (long at : places(capacity)) {
                byte[] found = new byte[9000];
                assertThat(disk.read(at, ByteBuffer.wrap(found))).isEqualTo(9000);
                assertThat(found).isEqualTo(Patterns.random(at, 9000));
            }
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(maxBytes);
    }

    @Test
    void mapsSixtyTwoTebibytesOfSeSparse() throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.SE_SPARSE, 62 * TIB));

        writeThree(62 * TIB);

        assertFoundWithLittle(62 * TIB, 128L << 20);
    }

    @Test
    void comparesSixtyTwoTebibytesByWhatTheyHold() throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.SE_SPARSE, 62 * TIB));
        writeThree(62 * TIB);
        Path other = TestDisks.DISK.resolveSibling("other.vmdk");
        TestDisks.create(volume, other, CreateSpec.of(DiskFormat.VMFS_THIN, 62 * TIB));
        OpenOptions writable = OpenOptions.writable().withVolume(volume);
        try (VirtualDisk disk = open(OpenOptions.readOnly());
                VirtualDisk twin = VirtualDisk.open(other, writable)) {
            for (long at : places(62 * TIB)) {
                twin.write(at, ByteBuffer.wrap(Patterns.random(at, 9000)));
            }
            DiskCompare compare = new DiskCompare(2, Progress.NONE);
            assertThat(compare.firstDifference(disk, twin)).isEmpty();

            twin.write(62 * TIB - 1, ByteBuffer.wrap(new byte[] {1}));
            assertThat(compare.firstDifference(disk, twin)).contains(62 * TIB - 1);

            twin.write(20 * TIB + 7, ByteBuffer.wrap(new byte[] {1}));
            assertThat(compare.firstDifference(disk, twin)).contains(20 * TIB + 7);
        }
    }

    @Test
    void mapsTwoTebibytesOfHostedSparse() throws IOException {
        long capacity = 2 * TIB - (512L << 20);
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, capacity));

        writeThree(capacity);

        // All tables are there, 128 MiB of them, and each is read once; the cache keeps a part only.
        assertFoundWithLittle(capacity, 400L << 20);
    }

    @Test
    void mapsTwoTebibytesOfCowd() throws IOException {
        long capacity = 2 * TIB - (1L << 30);
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.VMFS_SPARSE, capacity));

        writeThree(capacity);

        assertFoundWithLittle(capacity, 64L << 20);
    }

    @Test
    void worksWithABudgetThatIsTooSmallForAnyTable() throws IOException {
        int table = 2 << 20;
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.VMFS_SPARSE, TIB));
        writeThree(TIB);
        byte[] bytes = Patterns.random(1, 200);

        try (VirtualDisk disk = open(OpenOptions.writable().withTableBudget(1))) {
            disk.write(5 * table - 100, ByteBuffer.wrap(bytes));
            disk.flush();
            for (long at : places(TIB)) {
                byte[] found = new byte[9000];
                disk.read(at, ByteBuffer.wrap(found));
                assertThat(found).isEqualTo(Patterns.random(at, 9000));
            }
            byte[] found = new byte[bytes.length];
            disk.read(5 * table - 100, ByteBuffer.wrap(found));
            assertThat(found).isEqualTo(bytes);
        }
    }

    @Test
    void mapsALargeFlatDisk() throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.VMFS_THIN, 62 * TIB));

        writeThree(62 * TIB);

        assertFoundWithLittle(62 * TIB, 32L << 20);
    }

    @Test
    void splitsADiskPastFourGibibytesIntoExtents() throws IOException {
        long capacity = 9L << 30;
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.TWO_GB_SPARSE, capacity));

        writeThree(capacity);

        assertFoundWithLittle(capacity, 32L << 20);
    }

    @Test
    void makesHostedDisksLargerThanAllTheirGrainsCouldBe() throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 3 * TIB));

        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            assertThat(disk.capacity()).isEqualTo(3 * TIB);
        }
    }

    @Test
    void makesNoHostedDiskPastWhatAnyHostHas() {
        assertThatThrownBy(() ->
                        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 63 * TIB)))
                .isInstanceOf(LimitExceededException.class);
        assertThat(volume.files()).isEmpty();
    }

    @Test
    void writesGrainsUpToTheLastSectorNumberAndRefusesThemBehind() throws IOException {
        Path path = TestDisks.DISK;
        TestDisks.create(volume, path, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1L << 30));
        try (BlockFile file = volume.open(path, OpenMode.WRITE)) {
            file.setSize(((1L << 32) - 256) * SECTOR);
        }
        byte[] bytes = Patterns.random(1, 2 << 16);

        try (VirtualDisk disk = open(OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(bytes));
            assertThatThrownBy(() -> disk.write(1 << 20, ByteBuffer.wrap(new byte[] {1})))
                    .isInstanceOf(LimitExceededException.class);
            disk.write(5, ByteBuffer.wrap(bytes, 5, 100));
        }

        assertThat(entry(path, 1)).isEqualTo((int) ((1L << 32) - 128));
        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            byte[] found = new byte[bytes.length];
            disk.read(0, ByteBuffer.wrap(found));
            assertThat(found).isEqualTo(bytes);
            disk.read(1 << 20, ByteBuffer.wrap(found));
            assertThat(found).isEqualTo(new byte[bytes.length]);
        }
    }

    /** An entry of the first table, as it stands in the file. */
    private int entry(Path path, int index) throws IOException {
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            ByteBuffer b = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(0, b);
            long directory = b.getLong(56);
            b.clear();
            file.readFully(directory * SECTOR, b);
            long table = Integer.toUnsignedLong(b.getInt(0));
            b.clear();
            file.readFully(table * SECTOR, b);
            return b.getInt(index * Integer.BYTES);
        }
    }
}

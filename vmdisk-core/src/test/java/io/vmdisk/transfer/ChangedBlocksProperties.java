package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.compare.ChangedBlocks;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Two points in time of a disk: what is told as changed covers all that differs, and zeros are zeros. */
class ChangedBlocksProperties {
    private static final int CAPACITY = 3 << 20;
    private static final List<DiskFormat> BASES =
            List.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_THIN, DiskFormat.TWO_GB_SPARSE, DiskFormat.SE_SPARSE);
    private static final List<DiskFormat> DELTAS =
            List.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE);

    private MemoryVolume volume = new MemoryVolume();
    private OpenOptions reading = OpenOptions.readOnly();

    private record Change(ByteRange range, ChangedBlocks.Content content) {}

    @Property(tries = 60, seed = "7")
    void coverAllThatDiffers(
            @ForAll @LongRange(max = 1 << 20) long seed,
            @ForAll @IntRange(max = 3) int base,
            @ForAll @IntRange(max = 2) int delta)
            throws IOException {
        volume = new MemoryVolume();
        reading = OpenOptions.readOnly().withVolume(volume);
        SplittableRandom random = new SplittableRandom(seed);
        DiskFormat above = base == 3 ? DiskFormat.SE_SPARSE : DELTAS.get(delta);
        List<Path> disks = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        int[] parents = {-1, 0, 1, 0};
        for (int i = 0; i < parents.length; i++) {
            Path disk = MemoryVolume.folder().resolve("disk" + i + ".vmdk");
            CreateSpec spec = CreateSpec.of(parents[i] < 0 ? BASES.get(base) : above, CAPACITY);
            byte[] content = new byte[CAPACITY];
            if (parents[i] >= 0) {
                spec = spec.withParent(disks.get(parents[i]));
                content = contents.get(parents[i]).clone();
            }
            StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
            change(disk, content, random);
            disks.add(disk);
            contents.add(content);
        }

        for (int older = 0; older < parents.length; older++) {
            for (int newer = 0; newer < parents.length; newer++) {
                assertCovers(contents.get(older), contents.get(newer), changes(disks.get(older), disks.get(newer)));
            }
        }
        assertThat(changes(disks.get(2), disks.get(2))).isEmpty();
    }

    private void change(Path disk, byte[] content, SplittableRandom random) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk, reading.withAccess(OpenOptions.Access.WRITE))) {
            for (int i = random.nextInt(6); i > 0; i--) {
                int at = random.nextInt(CAPACITY / 512) * 512;
                int length = Math.min(CAPACITY - at, 512 * (1 + random.nextInt(400)));
                if (random.nextInt(3) == 0) {
                    open.zero(at, length);
                    Arrays.fill(content, at, at + length, (byte) 0);
                } else {
                    byte[] bytes = Patterns.random(random.nextLong(), length);
                    open.write(at, ByteBuffer.wrap(bytes));
                    System.arraycopy(bytes, 0, content, at, length);
                }
            }
        }
    }

    private List<Change> changes(Path older, Path newer) throws IOException {
        List<Change> found = new ArrayList<>();
        try (VirtualDisk a = VirtualDisk.open(older, reading);
                VirtualDisk b = VirtualDisk.open(newer, reading)) {
            ChangedBlocks.between(a, b, (range, content) -> found.add(new Change(range, content)));
        }
        return found;
    }

    private static void assertCovers(byte[] older, byte[] newer, List<Change> changes) {
        long at = 0;
        for (Change change : changes) {
            ByteRange range = change.range();
            assertThat(range.start()).as("order of %s", changes).isGreaterThanOrEqualTo(at);
            assertThat(range.length()).isPositive();
            assertSame(older, newer, at, range.start());
            if (change.content() == ChangedBlocks.Content.ZERO) {
                assertSame(new byte[CAPACITY], newer, range.start(), range.end());
            }
            at = range.end();
        }
        assertSame(older, newer, at, CAPACITY);
    }

    private static void assertSame(byte[] a, byte[] b, long from, long to) {
        int differs = Arrays.mismatch(a, (int) from, (int) to, b, (int) from, (int) to);
        assertThat(differs).as("first difference in [%d, %d)", from, to).isEqualTo(-1);
    }
}

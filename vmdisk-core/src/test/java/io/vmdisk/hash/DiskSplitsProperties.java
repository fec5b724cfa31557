package io.vmdisk.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DiskSplitsProperties {
    private static final int MIB = 1 << 20;

    /** A disk of 20 MiB and a few sectors with stretches of data here and there. */
    private static VirtualDisk disk(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] content = new byte[20 * MIB + 512 * random.nextInt(5)];
        for (int i = random.nextInt(12); i > 0; i--) {
            int from = random.nextInt(content.length);
            int to = Math.min(content.length, from + random.nextInt(3 * MIB));
            System.arraycopy(Patterns.random(i, to - from), 0, content, from, to - from);
        }
        DiskFormat format = List.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.VMFS_THIN)
                .get(random.nextInt(3));
        return HashedDisk.of(format, content).open();
    }

    private static long check(VirtualDisk disk, List<DiskSplit> splits) {
        long next = 0;
        long stored = 0;
        for (DiskSplit split : splits) {
            assertThat(split.range().start()).isEqualTo(next);
            assertThat(split.range().start() % MIB).isZero();
            assertThat(split.storedBytes()).isBetween(0L, split.range().length());
            next = split.range().end();
            stored += split.storedBytes();
        }
        assertThat(next).isEqualTo(disk.capacity());
        return stored;
    }

    @Property(tries = 60)
    void anyTargetCoversEachByteOnceInEqualParts(
            @ForAll @IntRange(max = 10_000) int seed, @ForAll @IntRange(min = 1, max = 30 * MIB) int target)
            throws IOException {
        try (VirtualDisk disk = disk(seed)) {
            List<DiskSplit> splits = DiskSplits.of(disk, target);

            long stored = check(disk, splits);

            long[] counted = {0};
            disk.locate(0, disk.capacity(), new StoredStretches((at, length) -> counted[0] += length));
            assertThat(stored).isEqualTo(counted[0]);
            for (DiskSplit split : splits.subList(0, splits.size() - 1)) {
                assertThat(split.storedBytes()).isBetween((long) target, (long) target + MIB - 1);
            }
            assertThat(splits.get(splits.size() - 1).storedBytes()).isLessThan((long) target + MIB);
        }
    }

    @Property(tries = 40)
    void shardsCoverEachByteOnce(
            @ForAll @IntRange(max = 10_000) int seed, @ForAll @IntRange(min = 1, max = 70) int count)
            throws IOException {
        try (VirtualDisk disk = disk(seed)) {
            DiskSplit[] shards = new DiskSplit[count];
            for (int number = 1; number <= count; number++) {
                shards[number - 1] = DiskSplits.shard(disk, number, count);
            }

            long next = 0;
            for (DiskSplit shard : Arrays.asList(shards)) {
                assertThat(shard.range().start()).isEqualTo(next);
                next = shard.range().end();
            }
            assertThat(next).isEqualTo(disk.capacity());
        }
    }
}

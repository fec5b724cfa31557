package io.vmdisk.plan.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.fold.FoldCost.Stored;
import io.vmdisk.plan.fold.FoldCost.Zeros;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a fold into a disk of grains of 64 KiB moves, shares and needs. */
class FoldCostTest {
    private static final int GRAIN = 64 << 10;
    private static final int CAPACITY = 32 * GRAIN;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("base.vmdk");
    private final Path delta = MemoryVolume.folder().resolve("delta.vmdk");

    private interface Change {
        void on(VirtualDisk disk) throws IOException;
    }

    private void make(Path disk, CreateSpec spec, Change change) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            change.on(opened);
        }
    }

    private void chain(DiskFormat below, Change inBase, Change inDelta) throws IOException {
        make(base, CreateSpec.of(below, CAPACITY), inBase);
        make(delta, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), inDelta);
    }

    private static Change write(long at, int length) {
        return disk -> disk.write(at, ByteBuffer.wrap(Patterns.filled(3, length)));
    }

    private static Change both(Change first, Change second) {
        return disk -> {
            first.on(disk);
            second.on(disk);
        };
    }

    private static Change nothing() {
        return disk -> {};
    }

    private DiskLink link(Path disk) throws IOException {
        return DiskChain.of(disk, OpenOptions.readOnly().withVolume(volume)).top();
    }

    private VirtualDisk alone(Path disk) throws IOException {
        return VirtualDisk.open(new DiskChain(List.of(link(disk)), null), LinkRange.reading(volume));
    }

    /** Bytes, shared, growth. */
    private List<Long> cost(Zeros zeros, Stored stored, ShareUnits units) throws IOException {
        try (VirtualDisk above = alone(delta);
                VirtualDisk below = alone(base)) {
            FoldCost cost = FoldCost.of(above, below, zeros, stored, units);
            return List.of(cost.bytes(), cost.shared(), cost.growth());
        }
    }

    private List<Long> cost() throws IOException {
        return cost(Zeros.FREE, Stored.ALL, ShareUnits.NONE);
    }

    private static List<Long> grains(long bytes, long shared, long growth) {
        return List.of(bytes * GRAIN, shared * GRAIN, growth * GRAIN);
    }

    @Test
    void whatTheDiskBelowStoresAlreadyNeedsNoSpace() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE, write(0, 2 * GRAIN), write(GRAIN, 3 * GRAIN));

        assertThat(cost()).isEqualTo(grains(3, 0, 2));
    }

    @Test
    void whereItIsNotKnownWhatIsStoredAllIsNeeded() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE, write(0, 2 * GRAIN), write(GRAIN, 3 * GRAIN));

        assertThat(cost(Zeros.FREE, Stored.NONE, ShareUnits.NONE)).isEqualTo(grains(3, 0, 3));
    }

    @Test
    void whatReadsAsZerosBelowCountsAsAHoleWhereHolesLookLikeData() throws IOException {
        Change zeros = disk -> disk.write(0, ByteBuffer.allocate(2 * GRAIN));
        chain(DiskFormat.TWO_GB_FLAT, both(zeros, write(GRAIN + 4096, 8192)), write(0, 2 * GRAIN));

        assertThat(cost(Zeros.FREE, Stored.WHAT_IS_NOT_ZERO, ShareUnits.NONE))
                .isEqualTo(List.of(2L * GRAIN, 0L, 2L * GRAIN - 8192));
    }

    @Test
    void zerosOfALinkCostOnlyWhereTheyMustBeStored() throws IOException {
        Change zero = disk -> disk.zero(5 * GRAIN, GRAIN);
        chain(DiskFormat.MONOLITHIC_SPARSE, write(5 * GRAIN, GRAIN), both(zero, write(0, GRAIN)));
        Path plain = base;
        assertThat(cost()).isEqualTo(grains(1, 0, 1));
        assertThat(cost(Zeros.STORED, Stored.NONE, ShareUnits.NONE)).isEqualTo(grains(1, 0, 2));
        assertThat(cost(Zeros.STORED, Stored.ALL, ShareUnits.NONE)).isEqualTo(grains(1, 0, 1));

        assertThat(Zeros.of(link(plain))).isEqualTo(Zeros.FREE);
    }

    @Test
    void aDiskWithoutAMarkForZerosStoresThemOverAParent() throws IOException {
        make(base, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY), nothing());
        make(delta, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(base), nothing());

        assertThat(Zeros.of(link(base))).isEqualTo(Zeros.FREE);
        assertThat(Zeros.of(link(delta))).isEqualTo(Zeros.STORED);
    }

    @Test
    void whatIsSharedIsNotMovedAndNeedsNothing() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE, nothing(), write(GRAIN, 3 * GRAIN));

        assertThat(cost(Zeros.FREE, Stored.ALL, ShareUnits.ofGrains(GRAIN))).isEqualTo(grains(3, 3, 0));
    }

    @Test
    void whatIsPastTheEndOfTheDiskBelowIsGrowth() throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 2 * GRAIN), write(0, 2 * GRAIN));
        make(delta, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), write(GRAIN, 3 * GRAIN));

        assertThat(cost()).isEqualTo(grains(3, 0, 2));
    }

    @Test
    void aGrainOfWhichALinkHoldsSeveralPiecesIsNeededOnce() throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), nothing());
        make(
                delta,
                CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY).withParent(base),
                both(write(0, 4096), both(write(16384, 4096), write(GRAIN + 8192, 4096))));

        assertThat(cost()).isEqualTo(List.of(3L * 4096, 0L, 2L * GRAIN));
    }

    @Test
    void aRangeCountsFromItsStart() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE, nothing(), write(0, 4 * GRAIN));
        try (VirtualDisk above = alone(delta);
                VirtualDisk below = alone(base)) {
            FoldCost cost = FoldCost.of(above, below, Zeros.FREE, ShareUnits.NONE, 2 * GRAIN, GRAIN);

            assertThat(cost.bytes()).isEqualTo(GRAIN);
            assertThat(cost.growth()).isEqualTo(GRAIN);
            assertThat(FoldCost.unitBytes(below)).isEqualTo(GRAIN);
        }
    }

    @Test
    void blocksAreSharedOnlyWhereFilesAndPlacesAllowIt() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE, nothing(), write(0, GRAIN));
        ShareCheck check = new ShareCheck(volume);

        assertThat(check.units(List.of(link(delta)), link(base), GRAIN)).isEqualTo(ShareUnits.NONE);
        volume.sharing();
        assertThat(check.units(List.of(link(delta)), link(base), GRAIN)).isEqualTo(ShareUnits.ofGrains(GRAIN));
        assertThat(volume.openFiles()).isEmpty();
    }

    @Test
    void gatheredGrainsOfCowdAndUnevenPartsAreNotShared() throws IOException {
        volume.sharing();
        make(base, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY), nothing());
        make(delta, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), nothing());
        assertThat(new ShareCheck(volume).units(List.of(link(delta)), link(base), 4096))
                .isEqualTo(ShareUnits.NONE);

        Path parts = MemoryVolume.folder().resolve("parts.vmdk");
        make(parts, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY).withExtentBytes(GRAIN + 512), nothing());
        assertThat(new ShareCheck(volume).units(List.of(link(delta)), link(parts), 4096))
                .isEqualTo(ShareUnits.NONE);
        Path even = MemoryVolume.folder().resolve("even.vmdk");
        make(even, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY).withExtentBytes(16 * GRAIN), nothing());
        assertThat(new ShareCheck(volume).units(List.of(link(delta)), link(even), 4096))
                .isEqualTo(ShareUnits.ofGrains(4096));
    }
}

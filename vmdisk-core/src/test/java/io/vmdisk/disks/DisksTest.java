package io.vmdisk.disks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisksTest {
    private static final int CAPACITY = 4 << 20;

    private final Disks disks = Disks.standard();

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void makeDisk() throws IOException {
        disk = folder.resolve("disk.vmdk");
        disks.create(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        write(disk, 1 << 20);
    }

    private void write(Path path, long at) throws IOException {
        try (VirtualDisk open = disks.openWritable(path)) {
            open.write(at, ByteBuffer.allocate(512).put(7, (byte) 7));
        }
    }

    @Test
    void convertsAndFindsNoDifferenceThenOne() throws IOException {
        Path copy = folder.resolve("copy.vmdk");
        disks.convert(disk, copy, DiskFormat.STREAM_OPTIMIZED);

        assertThat(disks.firstDifference(disk, copy)).isEmpty();
        write(disk, 2 << 20);
        assertThat(disks.firstDifference(disk, copy)).hasValue((2 << 20) + 7);
    }

    @Test
    void aCancelledConversionLeavesNothing() {
        Disks cancelled = disks.withProgress(new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        });

        assertThatThrownBy(() -> cancelled.convert(disk, folder.resolve("copy.vmdk"), DiskFormat.MONOLITHIC_FLAT))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(folder)
                .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("copy"));
    }

    @Test
    void aLinkIsAsLargeAsItsParentAndTellsWhatChanged() throws IOException {
        Path link = folder.resolve("link.vmdk");
        disks.create(link, CreateSpec.of(DiskFormat.SE_SPARSE, 0).withParent(disk));
        write(link, 3 << 20);
        List<Long> starts = new ArrayList<>();

        try (VirtualDisk older = disks.open(disk);
                VirtualDisk newer = disks.open(link)) {
            assertThat(newer.capacity()).isEqualTo(CAPACITY);
            disks.changedBlocks(older, newer, (range, content) -> starts.add(range.start()));
        }

        assertThat(starts).containsExactly(3L << 20);
    }

    @Test
    void growsAndShrinksButNeverOverData() throws IOException {
        disks.grow(disk, 2 * CAPACITY);
        write(disk, CAPACITY);

        assertThatThrownBy(() -> disks.shrink(disk, CAPACITY)).isInstanceOf(UnsafeStateException.class);
        disks.shrink(disk, CAPACITY + (1 << 20));
        try (VirtualDisk open = disks.open(disk)) {
            assertThat(open.capacity()).isEqualTo(CAPACITY + (1 << 20));
        }
    }

    @Test
    void checksAndHasNothingToRepair() throws IOException {
        assertThat(disks.check(disk).verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(disks.repairTables(disk).isEmpty()).isTrue();
    }

    @Test
    void refusesToWorkWithoutWorkers() {
        assertThatThrownBy(() -> disks.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
    }
}

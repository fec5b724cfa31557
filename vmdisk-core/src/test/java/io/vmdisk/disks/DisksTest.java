package io.vmdisk.disks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Operation;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
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

    @Test
    void sendsAStreamThroughAPipeAndMakesADiskOfItAgain() throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        try (VirtualDisk open = disks.open(disk)) {
            disks.exportStream(open, Channels.newChannel(pipe), "disk.vmdk");
        }
        Path copy = folder.resolve("copy.vmdk");

        List<Finding> odd = disks.importStream(
                new ByteArrayInputStream(pipe.toByteArray()), "pipe", copy, DiskFormat.MONOLITHIC_SPARSE);

        assertThat(odd).isEmpty();
        assertThat(disks.firstDifference(disk, copy)).isEmpty();
        byte[] cut = Arrays.copyOf(pipe.toByteArray(), pipe.size() - 1024);
        Path none = folder.resolve("none.vmdk");
        assertThatThrownBy(() -> disks.importStream(new ByteArrayInputStream(cut), "pipe", none, DiskFormat.RAW))
                .isInstanceOf(MalformedFileException.class);
        assertThat(none).doesNotExist();
    }

    @Test
    void savesWhatIsLeftOfACutDiskAndTellsWhatIsLost() throws IOException {
        Path whole = folder.resolve("whole.vmdk");
        disks.convert(disk, whole, DiskFormat.MONOLITHIC_SPARSE);
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1024);
        }

        List<ByteRange> lost = disks.salvage(disk, folder.resolve("saved.vmdk"), DiskFormat.MONOLITHIC_SPARSE);

        assertThat(lost).hasSize(1);
        assertThat(lost.get(0).start()).isBetween(1L << 20, (1L << 20) + 65535);
        assertThat(disks.firstDifference(whole, folder.resolve("saved.vmdk"))).isEmpty();
    }

    @Test
    void movesADiskToAnotherParentAndToNone() throws IOException {
        Path other = folder.resolve("other.vmdk");
        disks.convert(disk, other, DiskFormat.VMFS_THIN);
        Path top = folder.resolve("top.vmdk");
        disks.create(top, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(disk));
        write(top, 3 << 20);
        Path before = folder.resolve("before.raw");
        disks.convert(top, before, DiskFormat.RAW);

        disks.rebase(top, other);
        assertThat(sameAs(top, before)).isTrue();
        disks.detach(top);

        Files.delete(disk);
        Files.delete(other);
        assertThat(sameAs(top, before)).isTrue();
    }

    private boolean sameAs(Path top, Path raw) throws IOException {
        Path now = folder.resolve("now.raw");
        disks.convert(top, now, DiskFormat.RAW);
        boolean same = Files.mismatch(now, raw) == -1;
        Files.delete(now);
        return same;
    }

    @Test
    void relinksAChildAndTakesThatBack() throws IOException {
        Path top = folder.resolve("top.vmdk");
        disks.create(top, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(disk));
        String text = Files.readString(top);
        Path moved = folder.resolve("moved.vmdk");
        Files.move(disk, moved);

        Operation relinked = disks.relink(top, moved);
        assertThat(relinked.steps()).isNotEmpty();
        relinked.rehearse();
        relinked.run();
        assertThat(disks.check(top).verdict()).isEqualTo(Verdict.CLEAN);

        disks.undoRepair(top).run(Progress.NONE);
        assertThat(top).hasContent(text);
    }

    @Test
    void refusesToRepairADiskThatWasMovedAwaySinceItWasPlanned() throws IOException {
        Path top = folder.resolve("top.vmdk");
        disks.create(top, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(disk));
        Path moved = folder.resolve("moved.vmdk");
        Files.move(disk, moved);
        Operation relinking = disks.relink(top, moved);

        Files.move(top, folder.resolve("elsewhere.vmdk"));

        assertThatThrownBy(() -> relinking.run())
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe.changed"));
    }

    @Test
    void givesUpZerosAndMakesTheFileSmaller() throws IOException {
        try (VirtualDisk open = disks.openWritable(disk)) {
            open.write(2 << 20, ByteBuffer.allocateDirect(1 << 20).put(0, (byte) 1));
            open.write(2 << 20, ByteBuffer.allocateDirect(1 << 20));
        }
        long size = Files.size(disk);

        assertThat(disks.unmapZeros(disk)).isPositive();
        long saved = disks.compact(disk);

        assertThat(saved).isPositive();
        assertThat(Files.size(disk)).isLessThan(size);
        assertThat(disks.check(disk).verdict()).isEqualTo(Verdict.CLEAN);
    }
}

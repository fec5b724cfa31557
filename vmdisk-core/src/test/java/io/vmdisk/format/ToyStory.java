package io.vmdisk.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disks.Disks;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** What a disk of a toy format lives through; run where the registry has a line for it. */
final class ToyStory implements Callable<Void> {
    private static final int CAPACITY = 1 << 20;

    private final Path folder;
    private final Path disk;
    private final Path extent;

    ToyStory(Path folder) {
        this.folder = folder;
        this.disk = folder.resolve("d.vmdk");
        this.extent = folder.resolve("d-s001.vmdk");
    }

    @Override
    public Void call() throws IOException {
        make();
        byte[] bytes = {1, 2, 3};
        try (VirtualDisk opened = Disks.standard().openWritable(disk)) {
            opened.write(70_000, ByteBuffer.wrap(bytes));
        }
        requireReads(disk, bytes);
        requireReads(extent, bytes);

        assertThat(Disks.standard()
                        .check(disk, CheckOptions.standard().withContent(CheckOptions.Content.DATA))
                        .findings())
                .isEmpty();
        Disks.standard().grow(disk, 2 * CAPACITY);
        try (VirtualDisk opened = Disks.standard().open(disk)) {
            assertThat(opened.capacity()).isEqualTo(2 * CAPACITY);
        }
        requireReads(disk, bytes);
        leaveItOpen();
        repair();
        assertThat(new DiskCompaction(disk, OpenOptions.readOnly(), Progress.NONE).plan())
                .singleElement()
                .satisfies(part -> assertThat(part.bytesAfter()).isEqualTo(part.bytes()));

        Path copy = folder.resolve("copy.vmdk");
        Disks.standard().convert(disk, copy, DiskFormat.MONOLITHIC_SPARSE);
        requireReads(copy, bytes);
        return null;
    }

    private void make() throws IOException {
        Disks.standard().create(disk, CreateSpec.of(DiskFormat.TWO_GB_SPARSE, CAPACITY));
        Volume.system().delete(extent);
        SparseFormat toy = Formats.ofDiskFormat("toy").orElseThrow();
        try (BlockFile file = Volume.system().open(extent, OpenMode.CREATE)) {
            toy.create(file, new NewExtent(CAPACITY, toy.grainBytes(0), LinkRole.BASE, DescriptorArea.SEPARATE));
        }
    }

    private static void requireReads(Path disk, byte[] bytes) throws IOException {
        try (VirtualDisk opened = Disks.standard().open(disk)) {
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            opened.read(70_000, read);
            assertThat(read.array()).isEqualTo(bytes);
        }
    }

    private void leaveItOpen() throws IOException {
        try (BlockFile file = Volume.system().open(extent, OpenMode.WRITE)) {
            file.writeFully(4, ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(Disks.standard().check(disk).findings())
                .extracting(Finding::id)
                .containsExactly("toy.unclean");
    }

    private void repair() throws IOException {
        Operation repair = Disks.standard().repairTables(disk);
        assertThat(repair.steps()).contains("mark it as closed");
        repair.run(Progress.NONE);
        assertThat(Disks.standard().check(disk).findings()).isEmpty();
    }
}

package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.disk.DiskRebase;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.space.DiskUnmap;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Operations that must not change what a disk reads as, with each call of theirs failing once, or from there on: the
 * failure is told, and the disk reads as before, at once and after recovery; then the same command does its work.
 */
@Tag("long")
class FailedOperationTest {
    private static final int CAPACITY = (192 << 10) + 512;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("base.vmdk");
    private final Path middle = MemoryVolume.folder().resolve("middle.vmdk");
    private final Path other = MemoryVolume.folder().resolve("other.vmdk");
    private final Path disk = MemoryVolume.folder().resolve("child.vmdk");
    private final Path made = MemoryVolume.folder().resolve("made.vmdk");

    private interface Work {
        void on(Volume files) throws IOException;
    }

    private interface Fault {
        FaultVolume on(Volume files, int call);
    }

    private static OpenOptions writable(Volume files) {
        return OpenOptions.writable().withVolume(files);
    }

    private void make(Path path, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(path, spec, volume, Progress.NONE);
    }

    private void write(Path path, int... places) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(path, writable(volume))) {
            for (int place : places) {
                opened.write(place, ByteBuffer.wrap(Patterns.random(place, 15_000)));
            }
        }
    }

    /** A base, a delta, and the disk over it with data, zeros and holes; grains are larger than what is written. */
    private void makeChain(DiskFormat format) throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        make(other, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        write(base, 0, 66_000, 100_000, 150_000);
        write(other, 3000, 66_000, 110_000);
        make(middle, CreateSpec.of(format, CAPACITY).withExtentBytes(100 << 10).withParent(base));
        write(middle, 30_000, 140_000);
        make(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(100 << 10).withParent(middle));
        write(disk, 20_000, 90_000);
        try (VirtualDisk opened = VirtualDisk.open(disk, writable(volume))) {
            opened.zero(100_000, 70_000);
        }
    }

    private static byte[] read(Volume files, Path path) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(path, OpenOptions.readOnly().withVolume(files))) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    /** What is left when the operation failed, and may be read at once. */
    private enum Meanwhile {
        READABLE,
        FOR_RECOVERY
    }

    private void failEach(Work work, Meanwhile meanwhile) throws IOException {
        byte[] content = read(volume, disk);
        int failures = failEach(work, meanwhile, content, FaultVolume::failOnce)
                + failEach(work, meanwhile, content, FaultVolume::failFrom);
        assertThat(failures).isGreaterThan(20);
    }

    private int failEach(Work work, Meanwhile meanwhile, byte[] content, Fault fault) throws IOException {
        for (int call = 1; ; call++) {
            MemoryVolume files = volume.copy();
            FaultVolume faulty = fault.on(files, call);
            boolean failed = false;
            try {
                work.on(faulty);
            } catch (IOException e) {
                failed = true;
            }
            String when = String.valueOf(faulty.failed());
            assertThat(files.openFiles()).as(when).isEmpty();
            assertThat(files.locked()).as(when).isEmpty();
            if (meanwhile == Meanwhile.READABLE || !failed) {
                requireContent(files, content, when);
            }
            new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
            requireContent(files, content, when + ", recovered");
            if (faulty.failed().isEmpty()) {
                return call - 1;
            }
            if (failed && call % 7 == 0) {
                again(work, files);
                requireContent(files, content, when + ", and again");
            }
        }
    }

    /** May be refused. */
    private static void again(Work work, MemoryVolume files) throws IOException {
        try {
            work.on(files);
        } catch (VmdiskException e) {
            // Done already, or the mark of the failure wants a repair first: what the disk holds is judged all the
            // same.
        }
    }

    private void requireContent(MemoryVolume files, byte[] content, String when) throws IOException {
        assertThat(Arrays.mismatch(read(files, disk), content)).as(when).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void rebaseOntoAnotherParentChangesNothing(DiskFormat format) throws IOException {
        makeChain(format);
        failEach(files -> new DiskRebase(writable(files), Progress.NONE).onto(disk, other), Meanwhile.READABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void rebaseOntoNothingChangesNothing(DiskFormat format) throws IOException {
        makeChain(format);
        failEach(files -> new DiskRebase(writable(files), Progress.NONE).ontoNothing(disk), Meanwhile.READABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void givingZerosBackChangesNothing(DiskFormat format) throws IOException {
        makeChain(format);
        try (VirtualDisk opened = VirtualDisk.open(disk, writable(volume))) {
            opened.write(0, ByteBuffer.wrap(new byte[70_000]));
        }
        failEach(
                files -> {
                    try (VirtualDisk opened = VirtualDisk.open(disk, writable(files))) {
                        new DiskUnmap(opened, DiskUnmap.Effect.UNMAP, 1, Progress.NONE).zeros();
                    }
                },
                Meanwhile.READABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void compactingChangesNothing(DiskFormat format) throws IOException {
        makeChain(format);
        try (VirtualDisk opened = VirtualDisk.open(disk, writable(volume))) {
            opened.write(0, ByteBuffer.wrap(Patterns.random(3, 70_000)));
            opened.write(70_000, ByteBuffer.wrap(Patterns.random(4, 70_000)));
            opened.unmap(0, 70_000);
        }
        failEach(files -> new DiskCompaction(disk, writable(files), Progress.NONE).run(), Meanwhile.READABLE);
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void growingKeepsWhatWasThere(DiskFormat format) throws IOException {
        make(disk, CreateSpec.of(format, CAPACITY));
        write(disk, 20_000, 90_000);
        failEach(files -> new DiskResize(writable(files), Progress.NONE).grow(disk, 4 * CAPACITY), Meanwhile.READABLE);
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void aNewDeltaLeavesItsParentAlone(DiskFormat format) throws IOException {
        makeChain(format);
        failEach(
                files -> {
                    try (VirtualDisk from =
                            VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
                        CreateSpec delta = CreateSpec.of(format, CAPACITY).withParent(base);
                        new DiskConverter(1, files, Progress.NONE).convert(from, made, delta);
                    }
                    assertThat(read(files, made)).isEqualTo(read(files, disk));
                },
                Meanwhile.READABLE);
    }
}

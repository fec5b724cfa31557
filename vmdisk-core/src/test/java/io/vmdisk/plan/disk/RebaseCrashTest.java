package io.vmdisk.plan.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rebase that is interrupted at every call that changes something: the disk reads the same, over old parent or new. */
class RebaseCrashTest {
    private static final int CAPACITY = (192 << 10) + 512;
    private static final long SEED = 5;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("base.vmdk");
    private final Path other = MemoryVolume.folder().resolve("some-other-parent.vmdk");
    private final Path disk = MemoryVolume.folder().resolve("child.vmdk");
    private byte[] content;

    @BeforeEach
    void makeParents() throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 5);
        make(other, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 77);
    }

    private void make(Path path, CreateSpec spec, long seed) throws IOException {
        StagedDisk.createEmpty(path, spec, volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(path, OpenOptions.writable().withVolume(volume))) {
            opened.write(0, ByteBuffer.wrap(Patterns.mixed(seed, CAPACITY)));
        }
    }

    /** Some data and some zeros of its own, over a base that it lets through. */
    private void makeChild(DiskFormat format) throws IOException {
        CreateSpec spec =
                CreateSpec.of(format, CAPACITY).withExtentBytes(100 << 10).withParent(base);
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(20_000, ByteBuffer.wrap(Patterns.random(9, 15_000)));
            opened.zero(60_000, 70_000);
        }
        content = read(volume);
    }

    private byte[] read(Volume files) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void readsTheSameOnAnotherParent(DiskFormat format) throws IOException {
        makeChild(format);
        crashEverywhere(files -> rebase(files).onto(disk, other), List.of(base, other));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void readsTheSameWithoutAParent(DiskFormat format) throws IOException {
        makeChild(format);
        crashEverywhere(files -> rebase(files).ontoNothing(disk), List.of(base));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "SE_SPARSE"})
    void readsTheSameWhereItComesToShareItsParentsBlocks(DiskFormat format) throws IOException {
        volume.sharing();
        makeChild(format);
        // What is shared takes few calls.
        assertThat(crashAtEachCall(files -> rebase(files).ontoNothing(disk), List.of(base)))
                .isGreaterThan(20);

        rebase(volume).ontoNothing(disk);
        assertThat(volume.sharedBytes()).isPositive();
    }

    private static DiskRebase rebase(Volume files) {
        return new DiskRebase(OpenOptions.writable().withVolume(files), Progress.NONE);
    }

    private void crashEverywhere(CrashReplay.Work work, List<Path> parents) throws IOException {
        assertThat(crashAtEachCall(work, parents)).isGreaterThan(30);
    }

    private int crashAtEachCall(CrashReplay.Work work, List<Path> parents) throws IOException {
        CrashReplay replay = CrashReplay.record(volume, work);
        int number = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(1, SEED)::iterator) {
            MemoryVolume files = crash.volume();
            new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
            assertThat(Arrays.mismatch(read(files), content))
                    .as("%s, losses %s", crash, crash.losses())
                    .isEqualTo(-1);
            assertThat(files.files())
                    .as(crash.toString())
                    .noneMatch(file -> file.toString().contains("vmdisk"));
            if (number++ % 10 == 0) {
                goOn(files, work, crash.toString());
            }
        }
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(replay.after()))) {
            assertThat(opened.links().stream().map(DiskLink::path)).doesNotContain(base);
            assertThat(opened.links()).hasSize(parents.size());
        }
        return number;
    }

    /** The same command completes what was begun. */
    private void goOn(MemoryVolume files, CrashReplay.Work work, String when) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
            if (opened.links().stream().noneMatch(link -> link.path().equals(base))) {
                return;
            }
        }
        work.on(new io.vmdisk.testkit.RecordingVolume(files));
        assertThat(Arrays.mismatch(read(files), content)).as(when).isEqualTo(-1);
    }
}

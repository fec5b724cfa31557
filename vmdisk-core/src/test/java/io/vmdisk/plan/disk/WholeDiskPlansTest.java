package io.vmdisk.plan.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rename, remove and rebase: the content stays what it was, also after a crash. */
class WholeDiskPlansTest {
    private static final int CAPACITY = (1 << 20) + 512;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STREAM_OPTIMIZED", "RAW"})
    void renamesAllFilesOfADisk(DiskFormat format) throws IOException {
        Path disk = folder.resolve("old.vmdk");
        Path renamed = folder.resolve("quite-another.vmdk");
        byte[] content = make(Volume.system(), disk, CreateSpec.of(format, CAPACITY), 1);

        execute(Volume.system(), DiskRename.plan(disk, renamed, OpenOptions.writable()));

        assertThat(names()).isNotEmpty().allMatch(name -> name.startsWith("quite-another"));
        assertSame(read(Volume.system(), renamed), content);
        assertThat(descriptor(Volume.system(), renamed).extents())
                .allMatch(line -> line.file().orElseThrow().startsWith("quite-another"));
        Path raw = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", renamed, raw);
        assertSame(Files.readAllBytes(raw), content);
    }

    @Test
    void renamesTheChangeTrackingFile() throws IOException {
        Path disk = folder.resolve("old.vmdk");
        make(Volume.system(), disk, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 1);
        Files.write(folder.resolve("old-ctk.vmdk"), new byte[] {1});
        Files.write(
                disk,
                descriptor(Volume.system(), disk)
                        .withChangeTrackPath("old-ctk.vmdk")
                        .toBytes());

        execute(Volume.system(), DiskRename.plan(disk, folder.resolve("new.vmdk"), OpenOptions.writable()));

        assertThat(names()).containsExactly("new-ctk.vmdk", "new-flat.vmdk", "new.vmdk");
        assertThat(descriptor(Volume.system(), folder.resolve("new.vmdk")).changeTrackPath())
                .contains("new-ctk.vmdk");
    }

    @Test
    void refusesToRenameOrRemoveWhatOthersDependOn() throws IOException {
        Path base = folder.resolve("base.vmdk");
        make(Volume.system(), base, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 1);
        Path child = folder.resolve("base-000001.vmdk");
        create(
                Volume.system(),
                child,
                CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(base));
        OpenOptions options = OpenOptions.writable();

        for (ThrowingPlan plan : List.<ThrowingPlan>of(
                () -> DiskRename.plan(base, folder.resolve("new.vmdk"), options),
                () -> DiskRemoval.plan(base, options))) {
            assertThatThrownBy(plan::make)
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("base-000001.vmdk");
        }
        execute(Volume.system(), DiskRename.plan(child, folder.resolve("top.vmdk"), options));
        assertThat(names()).containsExactly("base-flat.vmdk", "base.vmdk", "top-delta.vmdk", "top.vmdk");
    }

    /** Who may say what it stands on. */
    @Test
    void refusesToRemoveADiskBesideOneThatMayNotBeRead() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path base = MemoryVolume.folder().resolve("base.vmdk");
        Path unread = MemoryVolume.folder().resolve("unread.vmdk");
        make(volume, base, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 1);
        create(volume, unread, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(base));
        volume.withhold(unread);
        OpenOptions options = OpenOptions.writable().withVolume(volume);

        assertThatThrownBy(() -> DiskRemoval.plan(base, options))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("unread.vmdk");
        assertThat(DiskRemoval.plan(base, options.withPermission(OpenOptions.Permission.WRITE_SHARED))
                        .isEmpty())
                .isFalse();
    }

    @Test
    void refusesToRenameRemoveOrCutFilesThatAnotherDescriptorNames() throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        make(Volume.system(), disk, CreateSpec.of(DiskFormat.TWO_GB_SPARSE, CAPACITY), 1);
        Path copy = Files.copy(disk, folder.resolve("disk - copy.vmdk"));
        Files.copy(disk, folder.resolve("disk.vmdk.orig"));
        OpenOptions options = OpenOptions.writable();

        for (Path one : List.of(disk, copy, folder.resolve("disk-s001.vmdk"))) {
            for (ThrowingPlan plan : List.<ThrowingPlan>of(
                    () -> DiskRename.plan(one, folder.resolve("new.vmdk"), options),
                    () -> DiskRemoval.plan(one, options),
                    () -> new DiskResize(options, Progress.NONE).shrink(one, 512))) {
                assertThatThrownBy(plan::make).isInstanceOf(VmdiskException.class);
            }
        }
        assertThatThrownBy(() -> DiskRemoval.plan(copy, options))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("its files are those of another disk too: " + disk + ": ");
        Files.delete(copy);
        execute(Volume.system(), DiskRemoval.plan(disk, options));
        assertThat(names()).containsExactly("disk.vmdk.orig");
    }

    private interface ThrowingPlan {
        void make() throws IOException;
    }

    @Test
    void refusesANameThatIsTakenOrElsewhere() throws IOException {
        Path disk = folder.resolve("old.vmdk");
        make(Volume.system(), disk, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 1);
        Files.writeString(folder.resolve("new-flat.vmdk"), "somebody's");

        assertThatThrownBy(() -> DiskRename.plan(disk, folder.resolve("new.vmdk"), OpenOptions.writable()))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("new-flat.vmdk");
        assertThatThrownBy(() -> DiskRename.plan(disk, folder.resolve("sub/new.vmdk"), OpenOptions.writable()))
                .isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void removesAllFilesOfADiskAndNoOthers() throws IOException {
        Path disk = folder.resolve("old.vmdk");
        make(Volume.system(), disk, CreateSpec.of(DiskFormat.TWO_GB_SPARSE, CAPACITY), 1);
        Path outside = Files.createDirectory(folder.resolve("other")).resolve("x-flat.vmdk");
        Files.write(outside, new byte[512]);
        Files.writeString(folder.resolve("old.vmx"), "");
        Files.writeString(disk, Files.readString(disk).replace("old-s002.vmdk", outside.toString()));

        Plan plan = DiskRemoval.plan(disk, OpenOptions.writable());
        execute(Volume.system(), plan);

        assertThat(plan.notes()).anyMatch(note -> note.contains("x-flat.vmdk"));
        assertThat(outside).exists();
        assertThat(names()).containsExactly("old-s002.vmdk", "old.vmx", "other");
    }

    @Test
    void removesNoFileThatIsNotCalledAsDisksAre() throws IOException {
        Path disk = folder.resolve("old.vmdk");
        make(Volume.system(), disk, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY), 1);
        Files.move(folder.resolve("old-flat.vmdk"), folder.resolve("guest.img"));
        Files.writeString(disk, Files.readString(disk).replace("old-flat.vmdk", "guest.img"));

        Plan plan = DiskRemoval.plan(disk, OpenOptions.writable());
        execute(Volume.system(), plan);

        assertThat(plan.notes()).anyMatch(note -> note.contains("guest.img"));
        assertThat(names()).containsExactly("guest.img");
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void readsTheSameOverAnotherParent(DiskFormat format) throws IOException {
        Volume volume = Volume.system();
        Path disk = child(volume, folder, format);
        byte[] content = read(volume, disk);
        Path other = folder.resolve("other.vmdk");
        make(volume, other, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 77);

        new DiskRebase(OpenOptions.writable(), Progress.NONE).onto(disk, other);

        assertSame(read(volume, disk), content);
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            assertThat(opened.links()).hasSize(2);
            assertThat(opened.links().get(1).path()).isEqualTo(other);
        }
        Path raw = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertSame(Files.readAllBytes(raw), content);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void standsAlone(DiskFormat format) throws IOException {
        Volume volume = Volume.system();
        Path disk = child(volume, folder, format);
        byte[] content = read(volume, disk);

        new DiskRebase(OpenOptions.writable(), Progress.NONE).ontoNothing(disk);

        Files.delete(folder.resolve("base.vmdk"));
        assertSame(read(volume, disk), content);
        Descriptor descriptor = descriptor(volume, disk);
        assertThat(descriptor.hasParent()).isFalse();
        assertThat(descriptor.geometry()).isPresent();
        assertThat(descriptor.adapterType()).isPresent();
        assertThat(DiskCheck.run(disk, CheckOptions.standard(), Progress.NONE).findings())
                .isEmpty();
        Path raw = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertSame(Files.readAllBytes(raw), content);
    }

    @Test
    void refusesToRebaseWhereItCanNotBeRight() throws IOException {
        Volume volume = Volume.system();
        Path disk = child(volume, folder, DiskFormat.VMFS_SPARSE);
        DiskRebase rebase = new DiskRebase(OpenOptions.writable(), Progress.NONE);

        assertThatThrownBy(() -> rebase.onto(disk, disk)).isInstanceOf(VmdiskException.class);
        assertThatThrownBy(() -> rebase.onto(folder.resolve("base.vmdk"), disk)).isInstanceOf(VmdiskException.class);
        Files.writeString(disk, Files.readString(disk).replace("\"vmfsSparse\"", "\"vsanSparse\""));
        assertThatThrownBy(() -> rebase.ontoNothing(disk))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("vsanSparse");
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_FLAT", "VMFS_THIN"})
    void renamesOrFinishesAfterACrash(DiskFormat format) throws IOException {
        MemoryVolume before = new MemoryVolume();
        Path disk = MemoryVolume.folder().resolve("old.vmdk");
        Path renamed = MemoryVolume.folder().resolve("a-rather-longer-name.vmdk");
        byte[] content = make(before, disk, CreateSpec.of(format, CAPACITY), 1);
        CrashReplay replay = CrashReplay.record(
                before,
                volume -> execute(
                        volume,
                        DiskRename.plan(disk, renamed, OpenOptions.writable().withVolume(volume))));

        for (Crash crash : replay.crashes(3, 1).toList()) {
            MemoryVolume files = crash.volume();
            new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
            Path present = files.exists(disk) ? disk : renamed;
            assertThat(Arrays.equals(read(files, present), content))
                    .as("%s, losses %s", crash, crash.losses())
                    .isTrue();
            String stem = present.equals(disk) ? "old" : "a-rather-longer-name";
            assertThat(files.files().stream().map(Path::getFileName).map(Path::toString))
                    .filteredOn(name -> name.endsWith(".vmdk"))
                    .as(crash.toString())
                    .allMatch(name -> name.startsWith(stem));
        }
    }

    @Test
    void removesOrFinishesAfterACrash() throws IOException {
        MemoryVolume before = new MemoryVolume();
        Path disk = MemoryVolume.folder().resolve("old.vmdk");
        byte[] content = make(before, disk, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY), 1);
        CrashReplay replay = CrashReplay.record(
                before,
                volume -> execute(
                        volume, DiskRemoval.plan(disk, OpenOptions.writable().withVolume(volume))));

        for (Crash crash : replay.crashes(3, 1).toList()) {
            MemoryVolume files = crash.volume();
            new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
            if (files.exists(disk)) {
                assertSame(read(files, disk), content);
            } else {
                assertThat(files.files().stream().map(Path::toString))
                        .as(crash.toString())
                        .noneMatch(name -> name.endsWith(".vmdk"));
            }
        }
    }

    /** A child that holds some data and some zeros of its own, over a base that it lets through. */
    private static Path child(Volume volume, Path folder, DiskFormat format) throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path disk = folder.resolve("child.vmdk");
        make(volume, base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 5);
        create(
                volume,
                disk,
                CreateSpec.of(format, CAPACITY).withExtentBytes(600 << 10).withParent(base));
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(200_000, ByteBuffer.wrap(Patterns.random(9, 50_000)));
            opened.zero(500_000, 200_000);
        }
        return disk;
    }

    private static byte[] make(Volume volume, Path disk, CreateSpec spec, long seed) throws IOException {
        create(volume, disk, spec.withExtentBytes(600 << 10));
        byte[] content = Patterns.mixed(seed, CAPACITY);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(0, ByteBuffer.wrap(content));
        }
        return content;
    }

    private static void create(Volume volume, Path disk, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
    }

    private static void execute(Volume volume, Plan plan) throws IOException {
        new PlanExecutor(volume, Progress.NONE).execute(plan);
    }

    private static byte[] read(Volume volume, Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate((int) opened.capacity());
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    private static void assertSame(byte[] found, byte[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
    }

    private static Descriptor descriptor(Volume volume, Path disk) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
        return DiskChain.of(disk, options).top().descriptor();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

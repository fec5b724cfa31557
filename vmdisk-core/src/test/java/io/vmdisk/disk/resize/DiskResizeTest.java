package io.vmdisk.disk.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskContent;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks of another size: a byte array says what they must hold, and qemu-img agrees. */
@Tag("long")
class DiskResizeTest {
    private static final int CAPACITY = (5 << 20) + 3 * 512;

    @TempDir
    Path folder;

    private final DiskResize resize = new DiskResize(OpenOptions.writable(), Progress.NONE);

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, 5500000",
        "MONOLITHIC_SPARSE, 40000000",
        "MONOLITHIC_SPARSE, 70000000",
        "MONOLITHIC_FLAT, 40000000",
        "VMFS, 9000000",
        "VMFS_THIN, 40000000",
        "TWO_GB_SPARSE, 5300000",
        "TWO_GB_SPARSE, 12000000",
        "TWO_GB_FLAT, 12000000",
        "VMFS_SPARSE, 40000000",
        "SE_SPARSE, 40000000",
        "RAW, 40000000"
    })
    void growsAndKeepsItsContent(DiskFormat format, int wanted) throws IOException {
        Path disk = create(format, CAPACITY);
        byte[] model = write(disk, format, new byte[CAPACITY], CAPACITY - 70_000, 70_000, 1);
        model = write(disk, format, model, 100_000, 1_000_000, 2);

        grow(disk, format, wanted);

        int capacity = (wanted + 511) / 512 * 512;
        byte[] grown = Arrays.copyOf(model, capacity);
        assertHolds(disk, format, grown);
        byte[] changed = write(disk, format, grown, CAPACITY - 1000, capacity - CAPACITY + 1000, 3);
        assertHolds(disk, format, changed);
    }

    /** The tables or grains that it grew by would lie where lost ones were. */
    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void doesNotGrowADiskThatWasCut(DiskFormat format) throws IOException {
        Path disk = create(format, CAPACITY);
        write(disk, format, new byte[CAPACITY], CAPACITY - 300_000, 300_000, 1);
        Path largest;
        try (var files = Files.list(folder)) {
            largest = files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] whole = Files.readAllBytes(largest);
        byte[] cut = Arrays.copyOf(whole, whole.length - 140_000);
        Files.write(largest, cut);

        assertThatThrownBy(() -> resize.grow(disk, 40_000_000))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining(String.valueOf(largest.getFileName()));

        assertThat(largest).hasBinaryContent(cut);
    }

    /** New parts are made like the last one, and the file that it has is none called "null". */
    @Test
    void doesNotAddPartsBehindOneWithoutAFile() throws IOException {
        Path disk = create(DiskFormat.TWO_GB_SPARSE, CAPACITY);
        String text = Files.readString(disk);
        long part = DiskChain.of(disk, OpenOptions.readOnly())
                .top()
                .extents()
                .get(0)
                .line()
                .sectors();
        Files.writeString(disk, text.replaceFirst("(?m)^(RW .*\\n)(?!RW )", "$1RW " + part + " ZERO\n"));
        String before = Files.readString(disk);
        Files.copy(folder.resolve("disk-s001.vmdk"), folder.resolve("null"));

        assertThatThrownBy(() -> resize.grow(disk, 40L << 20))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("of type ZERO, of which no further parts can be made");

        assertThat(disk).hasContent(before);
    }

    /** The room is 256 MiB or 512 MiB; qemu-img looks at each grain, and a COWD's are sectors. */
    @ParameterizedTest
    @CsvSource({"VMFS_SPARSE, 0x12c00000", "SE_SPARSE, 0x60000000"})
    void growsPastTheRoomOfItsTables(DiskFormat format, long wanted) throws IOException {
        Path disk = create(format, CAPACITY);
        byte[] model = write(disk, format, new byte[CAPACITY], CAPACITY - 70_000, 70_000, 1);
        model = write(disk, format, model, 100_000, 1_000_000, 2);
        byte[] end = Patterns.mixed(3, 5000);
        Path expected = Files.write(folder.resolve("expected.raw"), model);

        resize.grow(disk, wanted);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable());
                FileChannel raw = FileChannel.open(expected, StandardOpenOption.WRITE)) {
            assertThat(opened.capacity()).isEqualTo(wanted);
            opened.write(wanted - end.length, ByteBuffer.wrap(end));
            raw.write(ByteBuffer.wrap(end), wanted - end.length);
        }

        Qemu.img("compare", "-f", "vmdk", "-F", "raw", disk, expected);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subformat=monolithicSparse",
                "subformat=monolithicSparse,zeroed_grain=on",
                "subformat=twoGbMaxExtentSparse",
                "subformat=monolithicFlat",
                "adapter_type=lsilogic"
            })
    void growsDisksOfQemu(String form) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", form, disk, CAPACITY);
        byte[] model = write(disk, DiskFormat.VMFS, new byte[CAPACITY], 4_000_000, CAPACITY - 4_000_000, 1);

        resize.grow(disk, 30_000_128);
        resize.grow(disk, 40_000_512);

        byte[] grown = Arrays.copyOf(model, 40_000_512);
        assertHolds(disk, DiskFormat.VMFS, grown);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", disk).exitCode()).isZero();
    }

    @Test
    void fillsTheLastPartBeforeItAddsParts() throws IOException {
        Path disk = create(DiskFormat.TWO_GB_SPARSE, CAPACITY);

        resize.grow(disk, 9 << 20);

        Descriptor descriptor = descriptor(disk);
        assertThat(descriptor.extents())
                .extracting(line -> line.sectors() + " " + line.fileName())
                .containsExactly(
                        "4096 disk-s001.vmdk",
                        "4096 disk-s002.vmdk",
                        "4096 disk-s003.vmdk",
                        "4096 disk-s004.vmdk",
                        "2048 disk-s005.vmdk");
    }

    @Test
    void keepsHeadsAndSectorsOfTheGeometry() throws IOException {
        Path disk = create(DiskFormat.MONOLITHIC_SPARSE, 1 << 30);
        var before = descriptor(disk).geometry().orElseThrow();

        DiskResize.growDisk(disk, 100L << 30);

        var after = descriptor(disk).geometry().orElseThrow();
        assertThat(after.heads()).isEqualTo(before.heads());
        assertThat(after.sectors()).isEqualTo(before.sectors());
        assertThat(after.cylinders()).isEqualTo(before.cylinders() * 100);
        assertThat(descriptor(disk).cid()).isEqualTo(descriptor(disk).cid());
    }

    @Test
    void refusesALinkOfAChain() throws IOException {
        Path base = create(DiskFormat.MONOLITHIC_SPARSE, CAPACITY);
        Path child = folder.resolve("disk-000001.vmdk");
        StagedDisk.createEmpty(
                child,
                CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(base),
                Volume.system(),
                Progress.NONE);

        assertThatThrownBy(() -> resize.grow(child, 40 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("disk.vmdk");
        assertThatThrownBy(() -> resize.grow(base, 40 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("disk-000001.vmdk");
        assertThatThrownBy(() -> resize.shrink(base, 1 << 20)).isInstanceOf(UnsafeStateException.class);
    }

    @Test
    void refusesAStreamOptimisedDisk() throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=streamOptimized", disk, CAPACITY);
        byte[] before = Files.readAllBytes(disk);

        assertThatThrownBy(() -> resize.grow(disk, 40 << 20)).isInstanceOf(UnsupportedFeatureException.class);

        assertThat(Files.readAllBytes(disk)).isEqualTo(before);
    }

    @Test
    void refusesToGrowToASmallerSizeOrWithoutDescriptor() throws IOException {
        Path disk = create(DiskFormat.VMFS_SPARSE, CAPACITY);

        assertThatThrownBy(() -> resize.grow(disk, 1 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("a shrink");
        assertThatThrownBy(() -> resize.grow(folder.resolve("disk-delta.vmdk"), 40 << 20))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("descriptor");
        assertThatThrownBy(() -> resize.shrink(disk, 1 << 20)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void bringsNoForeignBytesToLight() throws IOException {
        Path disk = create(DiskFormat.MONOLITHIC_FLAT, CAPACITY);
        Path flat = folder.resolve("disk-flat.vmdk");
        try (var file = Volume.system().open(flat, io.vmdisk.storage.OpenMode.WRITE)) {
            file.writeFully(CAPACITY + 5000, ByteBuffer.wrap(new byte[] {1}));
        }

        assertThatThrownBy(() -> resize.grow(disk, 40 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining(String.valueOf(CAPACITY + 5000));

        assertThat(descriptor(disk).capacitySectors()).isEqualTo(CAPACITY / 512);
    }

    @Test
    void refusesANameThatTheNextPartNeeds() throws IOException {
        Path disk = create(DiskFormat.TWO_GB_FLAT, CAPACITY);
        Files.write(folder.resolve("disk-f004.vmdk"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> resize.grow(disk, 9 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("disk-f004.vmdk");
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "MONOLITHIC_FLAT", "TWO_GB_SPARSE", "TWO_GB_FLAT", "VMFS_THIN", "RAW"})
    void shrinksOverAnEmptyTailAndGrowsAgain(DiskFormat format) throws IOException {
        Path disk = create(format, CAPACITY);
        byte[] model = write(disk, format, new byte[CAPACITY], 0, CAPACITY, 4);
        int smaller = (1 << 20) + 512;
        byte[] zeros = new byte[CAPACITY - smaller];
        try (VirtualDisk opened = open(disk, format, OpenOptions.writable())) {
            opened.write(smaller, ByteBuffer.wrap(zeros));
        }

        if (format == DiskFormat.RAW) {
            resize.shrinkRaw(disk, smaller);
        } else {
            resize.shrink(disk, smaller);
        }

        assertHolds(disk, format, Arrays.copyOf(model, smaller));
        grow(disk, format, CAPACITY);
        assertHolds(disk, format, Arrays.copyOf(Arrays.copyOf(model, smaller), CAPACITY));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "MONOLITHIC_FLAT", "TWO_GB_SPARSE"})
    void refusesToCutOffData(DiskFormat format) throws IOException {
        Path disk = create(format, CAPACITY);
        byte[] model = write(disk, format, new byte[CAPACITY], 4_000_000, 1, 4);

        assertThatThrownBy(() -> resize.shrink(disk, 1 << 20))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("4000000");

        assertHolds(disk, format, model);
    }

    private Path create(DiskFormat format, long capacity) throws IOException {
        Path disk = folder.resolve("disk.vmdk");
        StagedDisk.createEmpty(
                disk, CreateSpec.of(format, capacity).withExtentBytes(2 << 20), Volume.system(), Progress.NONE);
        return disk;
    }

    private void grow(Path disk, DiskFormat format, long capacity) throws IOException {
        if (format == DiskFormat.RAW) {
            resize.growRaw(disk, capacity);
        } else {
            resize.grow(disk, capacity);
        }
    }

    private static VirtualDisk open(Path disk, DiskFormat format, OpenOptions options) throws IOException {
        return format == DiskFormat.RAW ? VirtualDisk.openRaw(disk, options) : VirtualDisk.open(disk, options);
    }

    private static byte[] write(Path disk, DiskFormat format, byte[] model, int at, int length, long seed)
            throws IOException {
        byte[] bytes = Patterns.filled(1 + (int) seed, length);
        try (VirtualDisk opened = open(disk, format, OpenOptions.writable())) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
        byte[] changed = model.clone();
        System.arraycopy(bytes, 0, changed, at, length);
        return changed;
    }

    private void assertHolds(Path disk, DiskFormat format, byte[] model) throws IOException {
        try (VirtualDisk opened = open(disk, format, OpenOptions.readOnly())) {
            assertThat(opened.capacity()).isEqualTo(model.length);
            assertThat(Arrays.equals(DiskContent.of(opened), model)).isTrue();
        }
        Path raw = folder.resolve("expected.raw");
        Files.write(raw, model);
        String qemuFormat = format == DiskFormat.RAW ? "raw" : "vmdk";
        assertThat(Qemu.img("info", "--output=json", "-f", qemuFormat, disk))
                .contains("\"virtual-size\": " + model.length + ",");
        assertThat(Qemu.img("compare", "-f", qemuFormat, "-F", "raw", disk, raw))
                .contains("identical");
        Files.delete(raw);
    }

    private static Descriptor descriptor(Path disk) throws IOException {
        return DiskChain.of(disk, OpenOptions.readOnly()).top().descriptor();
    }
}

package io.vmdisk.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * New disks beside those of qemu-img for the same options, field by field. What differs on purpose is asserted as a
 * difference, and listed in the pages on the formats.
 */
class LayoutVectorsTest {
    private static final int SECTOR = 512;
    private static final long MIB = 1 << 20;
    private static final int ZERO_GRAINS = 4;
    private static final OpenOptions.Permission SHARED = OpenOptions.Permission.WRITE_SHARED;
    private static final long IDE_CYLINDERS = 16383;
    /** With its tables a disk of one sparse file ends below sector 2^32. */
    private static final long LARGE = (2L << 40) - (512 << 20);

    @TempDir
    Path folder;

    static Stream<Arguments> sparseDisks() {
        List<Arguments> disks = new ArrayList<>();
        for (long capacity : new long[] {SECTOR, MIB, 32 * MIB, 32 * MIB + SECTOR, 63L << 30, LARGE}) {
            disks.add(Arguments.of("monolithicSparse", capacity));
        }
        for (long capacity : new long[] {SECTOR, MIB, 2_000_000_256L, 2L << 30, (5L << 30) + SECTOR}) {
            disks.add(Arguments.of("twoGbMaxExtentSparse", capacity));
        }
        return disks.stream();
    }

    @ParameterizedTest
    @MethodSource("sparseDisks")
    void putsTablesWhereQemuDoes(String format, long capacity) throws IOException {
        make(format, capacity, "lsilogic", "hwversion=14");
        boolean split = format.startsWith("twoGb");

        for (String extent : extents()) {
            HostedHeader ours = header(folder.resolve("ours").resolve(extent));
            HostedHeader theirs = header(folder.resolve("qemu").resolve(extent));

            assertThat(ours.version()).isEqualTo(theirs.version()).isEqualTo(1);
            assertThat(ours.flags()).isEqualTo(theirs.flags());
            assertSameButForTables(ours, theirs);
            assertThat(theirs.descriptorSector()).isEqualTo(1);
            assertThat(theirs.descriptorSectors()).isEqualTo(20);
            if (split) {
                // A part has no descriptor inside, so ours keeps no room for one.
                assertThat(ours.descriptorSector()).isZero();
                assertThat(ours.descriptorSectors()).isZero();
                assertThat(theirs.redundantDirectorySector() - ours.redundantDirectorySector())
                        .isEqualTo(20);
                assertThat(theirs.directorySector() - ours.directorySector()).isEqualTo(20);
                assertThat(theirs.overheadSectors() - ours.overheadSectors()).isIn(0L, ours.grainSectors());
            } else {
                assertThat(ours.descriptorSector()).isEqualTo(1);
                assertThat(ours.descriptorSectors()).isEqualTo(20);
                assertThat(ours.redundantDirectorySector()).isEqualTo(theirs.redundantDirectorySector());
                assertThat(ours.directorySector()).isEqualTo(theirs.directorySector());
                assertThat(ours.overheadSectors()).isEqualTo(theirs.overheadSectors());
                assertSameDirectories(ours, extent, capacity);
            }
        }
    }

    /** The mark for zeros is what makes a file one of version 2; ours gets it with its first zeros over a parent. */
    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "twoGbMaxExtentSparse"})
    void allowsZeroGrainsOnlyWhenThereIsOneWhereQemuIsAskedBefore(String format) throws IOException {
        make(format, 3L << 30, "lsilogic", "hwversion=14,zeroed_grain=on");

        for (String extent : extents()) {
            HostedHeader ours = header(folder.resolve("ours").resolve(extent));
            HostedHeader theirs = header(folder.resolve("qemu").resolve(extent));

            assertThat(theirs.version()).isEqualTo(2);
            assertThat(ours.version()).isEqualTo(1);
            assertThat(theirs.flags()).isEqualTo(ours.flags() | ZERO_GRAINS);
            assertSameButForTables(ours, theirs);
        }
        Path base = folder.resolve("ours").resolve("disk.vmdk");
        Path child = base.resolveSibling("child.vmdk");
        StagedDisk.createEmpty(
                child, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 3L << 30).withParent(base), Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(base, OpenOptions.writable().withPermission(SHARED))) {
            disk.write(0, ByteBuffer.wrap(new byte[] {1}));
        }
        Path top = Files.copy(child, base.resolveSibling("top.vmdk"));
        Files.delete(child);
        try (VirtualDisk disk =
                VirtualDisk.open(top, OpenOptions.writable().withParents(OpenOptions.Parents.IGNORE_CONTENT_ID))) {
            disk.zero(0, MIB);
        }
        assertThat(header(top).version()).isEqualTo(2);
        assertThat(header(top).flags() & ZERO_GRAINS).isEqualTo(ZERO_GRAINS);
    }

    private static void assertSameButForTables(HostedHeader ours, HostedHeader theirs) {
        assertThat(ours.capacitySectors()).isEqualTo(theirs.capacitySectors());
        assertThat(ours.grainSectors()).isEqualTo(theirs.grainSectors());
        assertThat(ours.entriesPerTable()).isEqualTo(theirs.entriesPerTable());
        assertThat(ours.unclean()).isEqualTo(theirs.unclean());
        assertThat(ours.compression()).isEqualTo(theirs.compression());
        assertThat(ours.reserved()).isEqualTo(theirs.reserved());
    }

    static Stream<Arguments> describedDisks() {
        List<Arguments> disks = new ArrayList<>();
        Map<String, List<Long>> capacities = Map.of(
                "monolithicSparse", List.of((long) SECTOR, MIB, 63L << 30, LARGE),
                "monolithicFlat", List.of(MIB, 63L << 30, (2L << 40) - (64 << 10)),
                "twoGbMaxExtentSparse", List.of(MIB, (5L << 30) + SECTOR),
                "twoGbMaxExtentFlat", List.of(MIB, (5L << 30) + SECTOR));
        new TreeMap<>(capacities)
                .forEach((format, sizes) -> sizes.forEach(capacity -> {
                    for (String adapter : List.of("ide", "lsilogic", "buslogic", "legacyESX")) {
                        disks.add(Arguments.of(format, capacity, adapter, "hwversion=14"));
                    }
                    disks.add(Arguments.of(format, capacity, "ide", "compat6=on"));
                }));
        return disks.stream();
    }

    @ParameterizedTest
    @MethodSource("describedDisks")
    void describesADiskAsQemuDoes(String format, long capacity, String adapter, String more) throws IOException {
        make(format, capacity, adapter, more);

        Descriptor ours = descriptor("ours");
        Descriptor theirs = descriptor("qemu");

        assertThat(ours.version()).isEqualTo(theirs.version());
        assertThat(ours.createTypeName()).isEqualTo(theirs.createTypeName());
        assertThat(ours.parentCid()).isEqualTo(theirs.parentCid());
        assertThat(ours.extents()).isEqualTo(theirs.extents());
        assertThat(ours.capacitySectors() * SECTOR).isEqualTo(capacity);
        assertThat(ours.adapterType()).isEqualTo(theirs.adapterType());
        assertThat(ours.hardwareVersion()).isEqualTo(theirs.hardwareVersion()).hasValue(hardware(more));
        assertSameGeometry(ours.geometry().orElseThrow(), theirs.geometry().orElseThrow(), adapter, capacity, more);
        assertThat(ours.ddb("toolsVersion")).isEmpty();
        assertThat(theirs.ddb("toolsVersion")).hasValue("2147483647");
        assertThat(ours.uuid()).isPresent();
        assertThat(ours.longContentId()).isPresent();
        assertThat(theirs.uuid()).isEmpty();
        assertThat(theirs.longContentId()).isEmpty();
        assertThat(new String(ours.toBytes(), UTF_8)).contains("encoding=\"UTF-8\"");
        assertThat(new String(theirs.toBytes(), UTF_8)).doesNotContain("encoding");
    }

    /** A disk without a whole cylinder has one all the same; old hardware has no IDE disk of more than 16383. */
    private static void assertSameGeometry(Geometry ours, Geometry theirs, String adapter, long capacity, String more) {
        boolean ide = adapter.equals("ide");
        if (!ide && capacity < 2L << 30) {
            // Told apart in hasVmwaresGeometryOnScsiWhereQemuHasOneForAll.
            return;
        }
        assertThat(ours.heads()).isEqualTo(theirs.heads());
        assertThat(ours.sectors()).isEqualTo(theirs.sectors());
        long limit = ide && hardware(more) <= 6 ? IDE_CYLINDERS : Long.MAX_VALUE;
        assertThat(ours.cylinders()).isEqualTo(Math.min(limit, Math.max(1, theirs.cylinders())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"monolithicSparse", "twoGbMaxExtentSparse"})
    void namesAParentAsQemuDoes(String format) throws IOException {
        make(format, 3L << 30, "lsilogic", "hwversion=14");
        Path base = folder.resolve("ours").resolve("disk.vmdk");
        Path theirs = folder.resolve("qemu").resolve("child.vmdk");
        StagedDisk.createEmpty(
                base.resolveSibling("child.vmdk"), spec(format, 0, "lsilogic").withParent(base), Progress.NONE);
        Qemu.img("create", "-q", "-f", "vmdk", "-b", "disk.vmdk", "-F", "vmdk", "-o", "subformat=" + format, theirs);

        Descriptor our = descriptor("ours", "child.vmdk");
        Descriptor their = descriptor("qemu", "child.vmdk");

        assertThat(our.parentCid()).isEqualTo(descriptor("ours").cid());
        assertThat(their.parentCid()).isEqualTo(descriptor("qemu").cid());
        assertThat(our.parentHint()).isEqualTo(their.parentHint()).hasValue("disk.vmdk");
        assertThat(our.createTypeName()).isEqualTo(their.createTypeName());
        assertThat(our.extents()).isEqualTo(their.extents());
        // What a link leaves out is asked of the base, and can't contradict it.
        assertThat(our.adapterType()).isEmpty();
        assertThat(our.geometry()).isEmpty();
        assertThat(our.hardwareVersion()).isEmpty();
        assertThat(their.adapterType()).isNotEqualTo(descriptor("qemu").adapterType());
        assertThat(their.geometry()).isPresent();
    }

    /** The last grains of such disks have no place that 32 bits could name; both say so when they are written. */
    @ParameterizedTest
    @CsvSource({"2199023190016", "3298534883328", "68169720922112"})
    void laysOutDisksThatCouldNotBeFilledAsQemuDoes(long capacity) throws IOException {
        make("monolithicSparse", capacity, "lsilogic", "hwversion=14");

        HostedHeader ours = header(folder.resolve("ours").resolve("disk.vmdk"));
        HostedHeader theirs = header(folder.resolve("qemu").resolve("disk.vmdk"));
        assertThat(ours.capacitySectors()).isEqualTo(theirs.capacitySectors()).isEqualTo(capacity / 512);
        assertThat(ours.directorySector()).isEqualTo(theirs.directorySector());
        assertSameDirectories(ours, "disk.vmdk", capacity);
    }

    @Test
    void writesAStreamOfAnotherVersionOfTheLayoutThanQemu() throws IOException {
        Qemu.assumePresent();
        Path raw = Files.write(folder.resolve("disk.raw"), Patterns.mixed(5, 3 << 20));
        Path ours = folder.resolve("ours.vmdk");
        Path theirs = folder.resolve("qemu.vmdk");
        Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, theirs);
        try (VirtualDisk disk = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            new DiskConverter(1, Volume.system(), Progress.NONE)
                    .convert(disk, ours, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, disk.capacity()));
        }

        HostedHeader our = header(ours);
        HostedHeader their = header(theirs);

        assertThat(our.version()).isEqualTo(their.version()).isEqualTo(3);
        assertThat(our.capacitySectors()).isEqualTo(their.capacitySectors());
        assertThat(our.grainSectors()).isEqualTo(their.grainSectors());
        assertThat(our.entriesPerTable()).isEqualTo(their.entriesPerTable());
        assertThat(our.descriptorSector()).isEqualTo(their.descriptorSector());
        assertThat(our.descriptorSectors()).isEqualTo(their.descriptorSectors());
        assertThat(our.compression()).isEqualTo(their.compression());
        assertThat(our.unclean()).isEqualTo(their.unclean());
        assertThat(our.overheadSectors()).isEqualTo(their.overheadSectors());
        // Tables behind the grains, once, and a footer that says where; qemu has them twice, in front, and no footer.
        assertThat(our.flags()).isEqualTo(0x30001);
        assertThat(their.flags()).isEqualTo(0x30003);
        assertThat(our.directorySector()).isEqualTo(HostedHeader.DIRECTORY_AT_END);
        assertThat(their.redundantDirectorySector()).isEqualTo(21);
        long size = Files.size(ours);
        HostedHeader footer = HostedHeader.parse(ByteBuffer.wrap(bytes(ours, size - 1024, 512)), ours, size - 1024);
        assertThat(footer.flags()).isEqualTo(our.flags());
        assertThat(footer.directorySector()).isBetween(128L, size / SECTOR);
        assertThat(bytes(ours, size - 512, 512)).isEqualTo(new byte[512]);
        ByteBuffer marker = ByteBuffer.wrap(bytes(ours, size - 1536, 512)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(marker.getLong(0)).isEqualTo(1);
        assertThat(marker.getInt(8)).isZero();
        assertThat(marker.getInt(12)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"1048576, 64, 32", "1073741824, 128, 32", "2147483648, 255, 63"})
    void hasVmwaresGeometryOnScsiWhereQemuHasOneForAll(long capacity, long heads, long sectors) throws IOException {
        make("monolithicSparse", capacity, "lsilogic", "hwversion=14");

        assertThat(descriptor("ours").geometry().orElseThrow().heads()).isEqualTo(heads);
        assertThat(descriptor("ours").geometry().orElseThrow().sectors()).isEqualTo(sectors);
        assertThat(descriptor("qemu").geometry().orElseThrow().heads()).isEqualTo(255);
        assertThat(descriptor("qemu").geometry().orElseThrow().sectors()).isEqualTo(63);
    }

    private void make(String format, long capacity, String adapter, String more) throws IOException {
        Qemu.assumePresent();
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Path theirs = Files.createDirectory(folder.resolve("qemu"));
        String options = "subformat=" + format + ",adapter_type=" + adapter + "," + more;
        Qemu.img("create", "-q", "-f", "vmdk", "-o", options, theirs.resolve("disk.vmdk"), capacity);
        CreateSpec spec = spec(format, capacity, adapter).withHardwareVersion(hardware(more));
        StagedDisk.createEmpty(ours.resolve("disk.vmdk"), spec, Progress.NONE);
    }

    /** In parts as large as qemu's, which are 2 GiB and not VMware's 2047 MiB. */
    private static CreateSpec spec(String format, long capacity, String adapter) {
        CreateSpec spec = CreateSpec.of(DiskFormat.of(format).orElseThrow(), capacity)
                .withAdapter(AdapterType.of(adapter).orElseThrow());
        return format.startsWith("twoGb") ? spec.withExtentBytes(2L << 30) : spec;
    }

    private static int hardware(String options) {
        return options.startsWith("compat6") ? 6 : 14;
    }

    private List<String> extents() throws IOException {
        return descriptor("qemu").extents().stream()
                .map(line -> line.file().orElseThrow())
                .toList();
    }

    private void assertSameDirectories(HostedHeader header, String extent, long capacity) throws IOException {
        long coverage = header.grainSectors() * header.entriesPerTable();
        long tables = (header.capacitySectors() + coverage - 1) / coverage;
        for (long sector : new long[] {header.redundantDirectorySector(), header.directorySector()}) {
            byte[] ours = bytes(folder.resolve("ours").resolve(extent), sector * 512, tables * 4);
            byte[] theirs = bytes(folder.resolve("qemu").resolve(extent), sector * 512, tables * 4);
            assertThat(Arrays.mismatch(ours, theirs))
                    .as("capacity %d", capacity)
                    .isEqualTo(-1);
        }
    }

    private static byte[] bytes(Path path, long at, long length) throws IOException {
        try (BlockFile file = Volume.system().open(path, OpenMode.READ)) {
            byte[] bytes = new byte[(int) length];
            file.readFully(at, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    private static HostedHeader header(Path path) throws IOException {
        return HostedHeader.parse(ByteBuffer.wrap(bytes(path, 0, 512)), path, 0);
    }

    private Descriptor descriptor(String maker) throws IOException {
        return descriptor(maker, "disk.vmdk");
    }

    private Descriptor descriptor(String maker, String name) throws IOException {
        return DiskChain.of(folder.resolve(maker).resolve(name), OpenOptions.readOnly())
                .top()
                .descriptor();
    }
}

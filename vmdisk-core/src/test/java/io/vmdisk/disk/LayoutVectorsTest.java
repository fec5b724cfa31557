package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * New disks beside those of qemu-img for the same options, field by field. What differs on purpose is asserted as a
 * difference, and listed in the pages on the formats.
 */
class LayoutVectorsTest {
    private static final int HARDWARE = 14;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "monolithicSparse, 512, lsilogic",
        "monolithicSparse, 33554432, ide",
        "monolithicSparse, 33554944, lsilogic",
        "monolithicSparse, 10737418240, lsilogic",
        "monolithicSparse, 1099511627776, buslogic",
        "twoGbMaxExtentSparse, 2000000000, lsilogic",
        "twoGbMaxExtentSparse, 1048576, ide"
    })
    void putsTablesWhereQemuDoes(String format, long capacity, String adapter) throws IOException {
        make(format, capacity, adapter);
        boolean split = format.startsWith("twoGb");
        String extent = split ? "disk-s001.vmdk" : "disk.vmdk";

        HostedHeader ours = header(folder.resolve("ours").resolve(extent));
        HostedHeader theirs = header(folder.resolve("qemu").resolve(extent));

        assertThat(ours.version()).isEqualTo(theirs.version());
        assertThat(ours.flags()).isEqualTo(theirs.flags());
        assertThat(ours.capacitySectors()).isEqualTo(theirs.capacitySectors());
        assertThat(ours.grainSectors()).isEqualTo(theirs.grainSectors());
        assertThat(ours.entriesPerTable()).isEqualTo(theirs.entriesPerTable());
        assertThat(ours.unclean()).isEqualTo(theirs.unclean());
        assertThat(ours.compression()).isEqualTo(theirs.compression());
        assertThat(ours.reserved()).isEqualTo(theirs.reserved());
        assertThat(theirs.descriptorSector()).isEqualTo(1);
        assertThat(theirs.descriptorSectors()).isEqualTo(20);
        if (split) {
            // A part has no descriptor inside, so ours keeps no room for one.
            assertThat(ours.descriptorSector()).isZero();
            assertThat(ours.descriptorSectors()).isZero();
            assertThat(theirs.redundantDirectorySector() - ours.redundantDirectorySector())
                    .isEqualTo(20);
            assertThat(theirs.directorySector() - ours.directorySector()).isEqualTo(20);
        } else {
            assertThat(ours.descriptorSector()).isEqualTo(1);
            assertThat(ours.descriptorSectors()).isEqualTo(20);
            assertThat(ours.redundantDirectorySector()).isEqualTo(theirs.redundantDirectorySector());
            assertThat(ours.directorySector()).isEqualTo(theirs.directorySector());
            assertThat(ours.overheadSectors()).isEqualTo(theirs.overheadSectors());
            assertSameDirectories(ours, extent, capacity);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "monolithicSparse, 10737418240, lsilogic",
        "monolithicSparse, 4294967296, ide",
        "monolithicFlat, 3000000000, buslogic",
        "twoGbMaxExtentSparse, 2000000000, ide",
        "twoGbMaxExtentFlat, 1048576, ide"
    })
    void describesADiskAsQemuDoes(String format, long capacity, String adapter) throws IOException {
        make(format, capacity, adapter);
        long rounded = (capacity + 511) / 512 * 512;

        Descriptor ours = descriptor("ours");
        Descriptor theirs = descriptor("qemu");

        assertThat(ours.version()).isEqualTo(theirs.version());
        assertThat(ours.createTypeName()).isEqualTo(theirs.createTypeName());
        assertThat(ours.parentCid()).isEqualTo(theirs.parentCid());
        assertThat(ours.extents()).isEqualTo(theirs.extents());
        assertThat(ours.capacitySectors() * 512).isEqualTo(rounded);
        assertThat(ours.adapterType()).isEqualTo(theirs.adapterType());
        assertThat(ours.geometry()).isEqualTo(theirs.geometry());
        assertThat(ours.hardwareVersion()).hasValue(HARDWARE);
        assertThat(theirs.hardwareVersion()).hasValue(HARDWARE);
        assertThat(ours.uuid()).isPresent();
        assertThat(ours.longContentId()).isPresent();
        assertThat(theirs.uuid()).isEmpty();
        assertThat(theirs.longContentId()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1048576, 64, 32", "1073741824, 128, 32", "2147483648, 255, 63"})
    void hasVmwaresGeometryOnScsiWhereQemuHasOneForAll(long capacity, long heads, long sectors) throws IOException {
        make("monolithicSparse", capacity, "lsilogic");

        assertThat(descriptor("ours").geometry().orElseThrow().heads()).isEqualTo(heads);
        assertThat(descriptor("ours").geometry().orElseThrow().sectors()).isEqualTo(sectors);
        assertThat(descriptor("qemu").geometry().orElseThrow().heads()).isEqualTo(255);
        assertThat(descriptor("qemu").geometry().orElseThrow().sectors()).isEqualTo(63);
    }

    private void make(String format, long capacity, String adapter) throws IOException {
        Qemu.assumePresent();
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Path theirs = Files.createDirectory(folder.resolve("qemu"));
        String options = "subformat=" + format + ",adapter_type=" + adapter + ",hwversion=" + HARDWARE;
        Qemu.img("create", "-q", "-f", "vmdk", "-o", options, theirs.resolve("disk.vmdk"), capacity);
        CreateSpec spec = CreateSpec.of(DiskFormat.of(format).orElseThrow(), capacity)
                .withAdapter(AdapterType.of(adapter).orElseThrow())
                .withHardwareVersion(HARDWARE);
        StagedDisk.createEmpty(ours.resolve("disk.vmdk"), spec, Progress.NONE);
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
        Path disk = folder.resolve(maker).resolve("disk.vmdk");
        return DiskChain.of(disk, OpenOptions.readOnly()).top().descriptor();
    }
}

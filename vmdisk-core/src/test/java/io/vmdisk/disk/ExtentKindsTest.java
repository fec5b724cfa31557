package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the words of extent lines mean for who reads and writes. */
class ExtentKindsTest {
    private static final int SECTOR = 512;
    private static final Path DISK = TestDisks.DISK;

    private final MemoryVolume volume = new MemoryVolume();

    private void descriptor(String createType, String... lines) {
        String text = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"" + createType
                + "\"\n\n" + String.join("\n", lines) + "\n";
        volume.put(DISK, text.getBytes(StandardCharsets.UTF_8));
    }

    private void file(String name, byte[] content) {
        volume.put(DISK.resolveSibling(name), content);
    }

    private VirtualDisk open(OpenOptions options) throws IOException {
        return VirtualDisk.open(DISK, options.withVolume(volume));
    }

    private byte[] read() throws IOException {
        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            DiskContent.assertRunsAgree(disk);
            return DiskContent.of(disk);
        }
    }

    @Test
    void readsFlatExtentsFromTheirStartAndZeroExtentsBetween() throws IOException {
        byte[] content = Patterns.random(1, 10 * SECTOR);
        file("a b-flat.vmdk", content);
        descriptor(
                "monolithicFlat",
                "RW 3 FLAT \"a b-flat.vmdk\" 7",
                "RW 2 ZERO",
                "RW 4 FLAT \"a b-flat.vmdk\" 0",
                "RDONLY 1 ZERO");

        byte[] expected = new byte[10 * SECTOR];
        System.arraycopy(content, 7 * SECTOR, expected, 0, 3 * SECTOR);
        System.arraycopy(content, 0, expected, 5 * SECTOR, 4 * SECTOR);
        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void changesNothingOfADiskOfWhichOneFileWasCut() throws IOException {
        byte[] first = Patterns.random(1, 4 * SECTOR);
        byte[] second = Patterns.random(2, 3 * SECTOR);
        file("f1.vmdk", first);
        file("f2.vmdk", second);
        descriptor("twoGbMaxExtentFlat", "RW 4 FLAT \"f1.vmdk\" 0", "RW 4 FLAT \"f2.vmdk\" 0");
        byte[] before = volume.bytes(DISK);

        try (VirtualDisk disk = open(OpenOptions.writable())) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(SECTOR)))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("f2.vmdk: the extent file ends after 1536 bytes");
            assertThatThrownBy(() -> disk.zero(7 * SECTOR, SECTOR)).isInstanceOf(UnsafeStateException.class);
        }

        assertThat(volume.bytes(DISK)).isEqualTo(before);
        assertThat(volume.bytes(DISK.resolveSibling("f1.vmdk"))).isEqualTo(first);
        assertThat(volume.bytes(DISK.resolveSibling("f2.vmdk"))).isEqualTo(second);
    }

    @Test
    void readsLinesOfFourToSevenFields() throws IOException {
        byte[] content = Patterns.random(2, 12 * SECTOR);
        file("f.vmdk", content);
        descriptor(
                "custom",
                "RW 3 VMFS \"f.vmdk\"",
                "RW 3 VMFS \"f.vmdk\" 3",
                "RW 3 FLAT \"f.vmdk\" 6 partitionUUID",
                "RW 3 FLAT \"f.vmdk\" 9 partitionUUID device0");

        assertThat(read()).isEqualTo(content);
    }

    @Test
    void writesAroundAReadOnlyExtentAndNotIntoIt() throws IOException {
        for (boolean sparse : new boolean[] {false, true}) {
            file("rw.vmdk", new byte[8 * SECTOR]);
            if (sparse) {
                volume.put(DISK.resolveSibling("ro.vmdk"), TinyStream.of(Patterns.filled(7, 8 * SECTOR), 8, "x"));
            } else {
                file("ro.vmdk", Patterns.filled(7, 8 * SECTOR));
            }
            descriptor(
                    "custom",
                    "RW 8 FLAT \"rw.vmdk\" 0",
                    "RDONLY 8 " + (sparse ? "SPARSE \"ro.vmdk\"" : "FLAT \"ro.vmdk\" 0"));
            byte[] before = volume.bytes(DISK);

            try (VirtualDisk disk = open(OpenOptions.writable())) {
                for (int at : new int[] {8 * SECTOR, 8 * SECTOR - 1, 15 * SECTOR}) {
                    assertThatThrownBy(() -> disk.write(at, ByteBuffer.wrap(new byte[] {1, 2})))
                            .isInstanceOf(UnsupportedFeatureException.class)
                            .hasMessageContaining("can only be read");
                    assertThatThrownBy(() -> disk.unmap(at, SECTOR)).isInstanceOf(UnsupportedFeatureException.class);
                }
                assertThat(volume.bytes(DISK))
                        .as("nothing written, no new content ID")
                        .isEqualTo(before);
                disk.write(100, ByteBuffer.wrap(new byte[] {1, 2}));
                disk.flush();
            }

            byte[] expected = new byte[16 * SECTOR];
            expected[100] = 1;
            expected[101] = 2;
            Arrays.fill(expected, 8 * SECTOR, 16 * SECTOR, (byte) 7);
            assertThat(read()).isEqualTo(expected);
            assertThat(volume.bytes(DISK)).isNotEqualTo(before);
        }
    }

    @Test
    void aZeroExtentHasNoFileNotEvenOneThatIsCalledNull() throws IOException {
        file("f.vmdk", new byte[SECTOR]);
        file("null", new byte[4 * SECTOR]);
        descriptor("custom", "RW 1 FLAT \"f.vmdk\" 0", "RW 4 ZERO");
        ExtentOpener opener = new ExtentOpener(OpenOptions.readOnly().withVolume(volume));

        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            DiskLink link = disk.links().get(0);
            ExtentPlace zeros = link.extents().get(1);
            assertThat(opener.fileOf(link, link.extents().get(0))).isEqualTo(DISK.resolveSibling("f.vmdk"));
            assertThatThrownBy(() -> opener.fileOf(link, zeros))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("an extent of type ZERO without a name has no file");
            assertThatThrownBy(() -> opener.file(link, zeros, OpenMode.READ))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
        assertThat(volume.openFiles()).isEmpty();
    }

    @Test
    void takesOnlyZerosIntoAZeroExtent() throws IOException {
        file("f.vmdk", new byte[SECTOR]);
        descriptor("custom", "RW 1 FLAT \"f.vmdk\" 0", "RW 4 ZERO");

        try (VirtualDisk disk = open(OpenOptions.writable())) {
            disk.write(SECTOR, ByteBuffer.allocate(SECTOR));
            disk.unmap(0, 3 * SECTOR);
            assertThatThrownBy(() -> disk.write(SECTOR, ByteBuffer.wrap(new byte[] {1})))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("ZERO");
        }
        assertThat(read()).isEqualTo(new byte[5 * SECTOR]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOACCESS 8 FLAT \"f.vmdk\" 0",
                "RW 8 VSANSPARSE \"f.vmdk\"",
                "RW 8 PMEM \"f.vmdk\"",
                "RW 8 VMFS \"vsan://52d3/1234\"",
                "RW 8 VMFSRDM \"f.vmdk\"",
                "RW 8 VMFSRAW \"f.vmdk\"",
                "RW 8 FLAT \"/dev/sda\" 0",
                "RW 8 FLAT \"\\\\.\\PhysicalDrive0\" 0",
                "RW 8 FLAT \"../f.vmdk\" 0",
                "RW 8 FLAT \"/etc/passwd\" 0"
            })
    void refusesWhatItMustNotOrCanNotRead(String line) {
        file("f.vmdk", new byte[8 * SECTOR]);
        descriptor("custom", line);

        assertThatThrownBy(() -> open(OpenOptions.readOnly()))
                .isInstanceOfAny(UnsupportedFeatureException.class, UnsafeStateException.class)
                .message()
                .contains(DISK.getFileName().toString());
        assertThat(volume.openFiles()).isEmpty();
    }

    @Test
    void readsADeviceOnTheUsersWordAndNeverWritesIt() throws IOException {
        byte[] content = Patterns.random(3, 8 * SECTOR);
        file("image", content);
        descriptor("vmfsRawDeviceMap", "RW 8 VMFSRDM \"disk-rdm.vmdk\"");
        OpenOptions onWord = OpenOptions.readOnly().withDevice(DISK.resolveSibling("image"));

        try (VirtualDisk disk = open(onWord)) {
            assertThat(DiskContent.of(disk)).isEqualTo(content);
        }
        try (VirtualDisk disk = open(onWord.withAccess(OpenOptions.Access.WRITE))) {
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.wrap(new byte[] {1})))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
        assertThat(volume.bytes(DISK.resolveSibling("image"))).isEqualTo(content);
    }

    @Test
    void refusesAnEncryptedDisk() {
        file("f.vmdk", new byte[8 * SECTOR]);
        descriptor(
                "monolithicFlat",
                "RW 8 FLAT \"f.vmdk\" 0",
                "ddb.encoding = \"UTF-8\"",
                "ddb.iofilters = \"vmwarevmcrypt\"");

        assertThatThrownBy(() -> open(OpenOptions.readOnly()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("encrypted");
    }

    @Test
    void opensRenamedFilesWithTheDescriptorInside() throws IOException {
        byte[] content = Patterns.mixed(4, 100 * SECTOR);
        volume.put(DISK, TinyStream.of(content, 8, "the old name.vmdk"));
        assertThat(read()).isEqualTo(content);

        Path old = DISK.resolveSibling("old.vmdk");
        TestDisks.create(volume, old, TestDisks.small(DiskFormat.MONOLITHIC_SPARSE, content.length));
        try (VirtualDisk disk = VirtualDisk.open(old, OpenOptions.writable().withVolume(volume))) {
            disk.write(0, ByteBuffer.wrap(content));
        }
        volume.rename(old, DISK);
        assertThat(read()).isEqualTo(content);
        try (VirtualDisk disk = open(OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(new byte[] {9}));
        }
        content[0] = 9;
        assertThat(read()).isEqualTo(content);
    }

    @Test
    void opensBareExtents() throws IOException {
        for (DiskFormat format :
                new DiskFormat[] {DiskFormat.TWO_GB_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE}) {
            MemoryVolume files = TestDisks.of(format, 300_032);
            OpenOptions options = OpenOptions.readOnly().withVolume(files);
            byte[] whole;
            try (VirtualDisk disk = VirtualDisk.open(DISK, options)) {
                whole = DiskContent.of(disk);
            }
            Path extent = DiskChain.of(DISK, options).top().files().get(1);
            files.delete(DISK);
            try (VirtualDisk disk = VirtualDisk.open(extent, options)) {
                byte[] part = DiskContent.of(disk);
                assertThat(part)
                        .isEqualTo(
                                Arrays.copyOf(Arrays.copyOf(whole, Math.min(part.length, whole.length)), part.length));
            }
        }
    }

    @Test
    void writesABareExtentOnlyWhereNoDescriptorNamesIt() throws IOException {
        for (DiskFormat format : new DiskFormat[] {
            DiskFormat.TWO_GB_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.VMFS_THIN
        }) {
            MemoryVolume files = TestDisks.of(format, 300_032);
            OpenOptions options = OpenOptions.writable().withVolume(files);
            Path extent = DiskChain.of(DISK, options).top().files().get(1);
            boolean raw = format == DiskFormat.VMFS_THIN;
            OpenOptions shared = options.withPermission(OpenOptions.Permission.WRITE_SHARED);

            for (OpenOptions each : new OpenOptions[] {options, shared}) {
                assertThatThrownBy(() -> openBare(extent, raw, each).close())
                        .isInstanceOf(UnsafeStateException.class)
                        .hasMessageContaining("its files are those of another disk too: " + DISK + ": ");
            }
            files.delete(DISK);
            try (VirtualDisk disk = openBare(extent, raw, options)) {
                disk.write(0, ByteBuffer.wrap(new byte[] {9}));
            }
            assertThat(files.openFiles()).isEmpty();
        }
    }

    private static VirtualDisk openBare(Path extent, boolean raw, OpenOptions options) throws IOException {
        return raw ? VirtualDisk.openRaw(extent, options) : VirtualDisk.open(extent, options);
    }
}

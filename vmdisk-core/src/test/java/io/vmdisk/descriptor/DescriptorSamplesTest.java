package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptors that other software made. */
class DescriptorSamplesTest {
    private static final Path IMAGES = Path.of(System.getProperty("vmdisk.samples", "samples"), "images");
    private static final int SECTOR = 512;

    @BeforeAll
    static void needsTheSamples() {
        boolean required = Boolean.getBoolean("vmdisk.ci");
        assumeTrue(required || Files.isDirectory(IMAGES), "no samples in " + IMAGES);
    }

    @ParameterizedTest
    @CsvSource({
        "rs-monolithicSparse.vmdk,MONOLITHIC_SPARSE,20480,SPARSE,monolithicSparse.vmdk,00000000,ffffffff,BUSLOGIC",
        "twoGbMaxExtentSparse.vmdk,TWO_GB_SPARSE,20480,SPARSE,twoGbMaxExtentSparse-s001.vmdk,00000000,ffffffff,BUSLOGIC",
        "vmfs_thick.vmdk,VMFS,4096,VMFS,vmfs_thick-flat.vmdk,0172e8a4,ffffffff,LSILOGIC",
        "vmfs_thick-000001.vmdk,VMFS_SPARSE,4096,VMFSSPARSE,vmfs_thick-000001-delta.vmdk,8f67ca74,0172e8a4,",
        "dfvfs-ext2.vmdk,MONOLITHIC_SPARSE,8192,SPARSE,ext2.vmdk,dc80b6c7,ffffffff,IDE"
    })
    void reads(
            String file,
            CreateType type,
            long sectors,
            ExtentType extentType,
            String extent,
            String cid,
            String parentCid,
            AdapterType adapter)
            throws Exception {
        byte[] text = text(IMAGES.resolve(file));

        Descriptor disk = Descriptor.parse(text, IMAGES.resolve(file));

        assertThat(Descriptor.looksLike(ByteBuffer.wrap(text))).isTrue();
        assertThat(disk.createType()).isEqualTo(type);
        assertThat(disk.extents()).containsExactly(ExtentLine.of(sectors, extentType, extent));
        assertThat(disk.cid()).hasToString(cid);
        assertThat(disk.parentCid()).hasToString(parentCid);
        assertThat(disk.adapterType().orElse(null)).isEqualTo(adapter);
        assertThat(Arrays.copyOf(disk.toBytes(), text.length)).isEqualTo(text);
        assertThat(disk.findings()).allMatch(f -> f.id().equals("descriptor.long-content-id"));
        Descriptor edited = disk.withCid(new ContentId(1));
        assertThat(edited.withCid(disk.cid()).toBytes()).isEqualTo(disk.toBytes());
    }

    private static byte[] text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(64 * SECTOR);
            ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            if (header.getInt(0) != 0x564D444B) {
                return head;
            }
            int from = (int) header.getLong(28) * SECTOR;
            return Arrays.copyOfRange(head, from, from + (int) header.getLong(36) * SECTOR);
        }
    }
}

package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptors between QEMU and this library, both ways. */
class DescriptorQemuTest {
    private static final int EMBEDDED_AT = 512;
    private static final int EMBEDDED_BYTES = 20 * 512;

    @TempDir
    Path folder;

    @BeforeEach
    void needsQemu() {
        Qemu.assumePresent();
    }

    @ParameterizedTest
    @CsvSource({
        "monolithicSparse,MONOLITHIC_SPARSE,ide,IDE,1",
        "monolithicFlat,MONOLITHIC_FLAT,lsilogic,LSILOGIC,1",
        "twoGbMaxExtentSparse,TWO_GB_SPARSE,buslogic,BUSLOGIC,3",
        "twoGbMaxExtentFlat,TWO_GB_FLAT,legacyESX,LEGACY_ESX,3",
        "streamOptimized,STREAM_OPTIMIZED,ide,IDE,1"
    })
    void readsWhatQemuWrites(String subformat, CreateType type, String adapter, AdapterType expected, int extents)
            throws Exception {
        Path disk = folder.resolve("disk.vmdk");
        String options = "subformat=" + subformat + ",adapter_type=" + adapter + ",hwversion=7";
        Qemu.img("create", "-q", "-f", "vmdk", "-o", options, disk, "5G");
        byte[] text = descriptorOf(disk, type);

        Descriptor descriptor = Descriptor.parse(text, disk);

        assertThat(Descriptor.looksLike(ByteBuffer.wrap(text))).isTrue();
        assertThat(descriptor.createType()).isEqualTo(type);
        assertThat(descriptor.extents()).hasSize(extents);
        assertThat(descriptor.capacitySectors()).isEqualTo(5L << 21);
        assertThat(descriptor.adapterType()).contains(expected);
        assertThat(descriptor.hardwareVersion()).hasValue(7);
        assertThat(descriptor.geometry()).contains(Geometry.of(expected, 5L << 21, 7));
        assertThat(descriptor.findings()).isEmpty();
        assertThat(Arrays.copyOf(descriptor.toBytes(), text.length)).isEqualTo(text);
    }

    @Test
    void readsAChildOfQemu() throws Exception {
        Path base = folder.resolve("base.vmdk");
        Path child = folder.resolve("child.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", base, "10M");
        Qemu.img("create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", base, child);

        Descriptor parent = Descriptor.parse(descriptorOf(base, CreateType.MONOLITHIC_SPARSE), base);
        Descriptor link = Descriptor.parse(descriptorOf(child, CreateType.MONOLITHIC_SPARSE), child);

        assertThat(link.parentCid()).isEqualTo(parent.cid());
        assertThat(link.parentHint()).contains(base.toString());
        assertThat(ParentHints.candidates(child, base.toString())).first().isEqualTo(base);
        assertThat(link.findings()).extracting(Finding::severity).doesNotContain(Finding.Severity.ERROR);
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_FLAT,FLAT", "TWO_GB_FLAT,FLAT", "VMFS,VMFS"})
    void writesWhatQemuReads(CreateType type, ExtentType extentType) throws Exception {
        Path disk = folder.resolve("web.vmdk");
        String data = DiskNames.data("web", type);
        Files.write(folder.resolve(data), new byte[1 << 20]);
        Descriptor descriptor = DescriptorBuilder.of(type)
                .cid(new ContentId(0x123))
                .extent(ExtentLine.of(2048, extentType, data))
                .adapter(AdapterType.LSILOGIC)
                .build(disk);
        Files.write(disk, descriptor.toBytes());

        String info = Qemu.img("info", disk);

        assertThat(info)
                .contains("file format: vmdk", "1 MiB", "cid: 291", "parent cid: 4294967295")
                .contains("create type: " + type.word());
    }

    @Test
    void qemuChangesOnlyTheContentIdOfOurs() throws Exception {
        Path disk = folder.resolve("web.vmdk");
        Files.write(folder.resolve("web-flat.vmdk"), new byte[1 << 20]);
        Descriptor ours = DescriptorBuilder.of(CreateType.MONOLITHIC_FLAT)
                .cid(new ContentId(0x123))
                .longContentId(new ContentId(0x123).randomLongForm(new Random(1)))
                .extent(ExtentLine.flat(2048, "web-flat.vmdk", 0))
                .build(disk);
        Files.write(disk, ours.toBytes());

        Qemu.io("vmdk", disk, "write -P 1 0 512");

        Descriptor theirs = Descriptor.parse(Files.readAllBytes(disk), disk);
        assertThat(theirs.cid()).isNotEqualTo(ours.cid());
        assertThat(theirs.withCid(ours.cid()).toBytes()).isEqualTo(ours.toBytes());
    }

    private static byte[] descriptorOf(Path disk, CreateType type) throws IOException {
        byte[] file = Files.readAllBytes(disk);
        return type.isEmbedded() ? Arrays.copyOfRange(file, EMBEDDED_AT, EMBEDDED_AT + EMBEDDED_BYTES) : file;
    }
}

package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsupportedFeatureException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorBuilderTest {
    private static final Path TARGET = Path.of("web.vmdk");
    private static final ContentId CID = new ContentId(0x4d1c0a77);

    private static String text(DescriptorBuilder builder) throws Exception {
        return new String(builder.build(TARGET).toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void writesAHostedDiskAsVmwareDoes() throws Exception {
        DescriptorBuilder builder = DescriptorBuilder.of(CreateType.MONOLITHIC_SPARSE)
                .cid(CID)
                .extent(ExtentLine.of(20971520, ExtentType.SPARSE, "web.vmdk"))
                .hardwareVersion(19)
                .geometry(Geometry.of(AdapterType.PVSCSI, 20971520, 19))
                .adapter(AdapterType.PVSCSI);

        assertThat(text(builder)).isEqualTo("""
                        # Disk DescriptorFile
                        version=1
                        encoding="UTF-8"
                        CID=4d1c0a77
                        parentCID=ffffffff
                        createType="monolithicSparse"

                        # Extent description
                        RW 20971520 SPARSE "web.vmdk"

                        # The Disk Data Base
                        #DDB

                        ddb.adapterType = "lsilogic"
                        ddb.geometry.cylinders = "1305"
                        ddb.geometry.heads = "255"
                        ddb.geometry.sectors = "63"
                        ddb.virtualHWVersion = "19"
                        """);
        assertThat(builder.build(TARGET).findings()).isEmpty();
    }

    @Test
    void writesAnEsxiThinDiskAsVmwareDoes() throws Exception {
        DescriptorBuilder builder = DescriptorBuilder.of(CreateType.VMFS)
                .cid(new ContentId(0xa07e11c3))
                .longContentId("91d03c6be2f84a5577a1c0d3a07e11c3")
                .extent(ExtentLine.of(83886080, ExtentType.VMFS, "db-flat.vmdk"))
                .thin()
                .uuid(DiskUuid.parse("60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5")
                        .orElseThrow())
                .adapter(AdapterType.LSILOGIC)
                .hardwareVersion(14)
                .geometry(new Geometry(5221, 255, 63));

        assertThat(text(builder)).isEqualTo("""
                        # Disk DescriptorFile
                        version=1
                        encoding="UTF-8"
                        CID=a07e11c3
                        parentCID=ffffffff
                        isNativeSnapshot="no"
                        createType="vmfs"

                        # Extent description
                        RW 83886080 VMFS "db-flat.vmdk"

                        # The Disk Data Base\s
                        #DDB

                        ddb.adapterType = "lsilogic"
                        ddb.geometry.cylinders = "5221"
                        ddb.geometry.heads = "255"
                        ddb.geometry.sectors = "63"
                        ddb.longContentID = "91d03c6be2f84a5577a1c0d3a07e11c3"
                        ddb.thinProvisioned = "1"
                        ddb.uuid = "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5"
                        ddb.virtualHWVersion = "14"
                        """);
    }

    @Test
    void writesASnapshot() throws Exception {
        Descriptor child = DescriptorBuilder.of(CreateType.SE_SPARSE)
                .cid(CID)
                .parent(CID, "db.vmdk")
                .extent(ExtentLine.of(83886080, ExtentType.SESPARSE, "db-000001-sesparse.vmdk"))
                .grainSectors(8)
                .build(TARGET);

        assertThat(child.toString())
                .contains("CID=4d1c0a77\nparentCID=4d1c0a77\nisNativeSnapshot=\"no\"\ncreateType=\"seSparse\"\n"
                        + "parentFileNameHint=\"db.vmdk\"\n\n# Extent description\nRW 83886080 SESPARSE ")
                .endsWith("\nddb.grain = \"8\"\n");
        assertThat(child.hasParent()).isTrue();
        assertThat(child.findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = CreateType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN"})
    void writesEveryType(CreateType type) throws Exception {
        Descriptor disk = DescriptorBuilder.of(type)
                .extent(ExtentLine.of(8, ExtentType.SPARSE, "a.vmdk"))
                .extent(ExtentLine.zero(8))
                .build(TARGET);

        assertThat(disk.createType()).isEqualTo(type);
        assertThat(disk.createTypeName()).isEqualTo(type.word());
        assertThat(disk.capacitySectors()).isEqualTo(16);
        assertThat(disk.cid()).isEqualTo(ContentId.NEVER_WRITTEN);
        assertThat(disk.findings()).isEmpty();
        assertThat(disk.header("isNativeSnapshot").isPresent()).isEqualTo(type.isEsxi());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "GBK", "Big5", "Shift_JIS", "EUC-KR"})
    void namesTheEncodingAsVmwareDoes(String name) throws Exception {
        Charset charset = DescriptorCharset.find(name).orElseThrow();

        Descriptor disk = DescriptorBuilder.of(CreateType.CUSTOM)
                .charset(charset)
                .extent(ExtentLine.zero(1))
                .build(TARGET);

        assertThat(disk.declaredEncoding()).contains(name);
        assertThat(disk.charset()).isEqualTo(charset);
    }

    @Test
    void refusesWhatCannotBeWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> DescriptorBuilder.of(CreateType.UNKNOWN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DescriptorBuilder.of(CreateType.VMFS).charset(StandardCharsets.UTF_16));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DescriptorBuilder.of(CreateType.VMFS).parent(ContentId.NONE, "a"));
        assertThatIllegalStateException()
                .isThrownBy(() -> DescriptorBuilder.of(CreateType.VMFS).build(TARGET));
        DescriptorBuilder good = DescriptorBuilder.of(CreateType.CUSTOM).extent(ExtentLine.zero(1));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> good.parent(CID, "a\"b").build(TARGET))
                .withMessageContaining("U+0022");
        DescriptorBuilder oddKey = DescriptorBuilder.of(CreateType.CUSTOM).extent(ExtentLine.zero(1));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> oddKey.ddb("a b", "1").build(TARGET));
        DescriptorBuilder latin = DescriptorBuilder.of(CreateType.CUSTOM)
                .charset(Charset.forName("windows-1252"))
                .extent(ExtentLine.flat(1, "日本.vmdk", 0));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> latin.build(TARGET))
                .withMessageContaining("windows-1252");
        DescriptorBuilder many = DescriptorBuilder.of(CreateType.CUSTOM)
                .extents(Collections.nCopies(DescriptorText.MAX_EXTENTS + 1, ExtentLine.zero(1)));
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> many.build(TARGET));
    }
}

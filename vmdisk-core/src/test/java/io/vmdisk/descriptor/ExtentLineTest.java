package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentLineTest {
    private static final Path SOURCE = Path.of("disk.vmdk");
    private static final String HEAD =
            "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"custom\"\n";

    private static Descriptor parse(String... lines) throws VmdiskException {
        return Descriptor.parse((HEAD + String.join("\n", lines)).getBytes(StandardCharsets.UTF_8), SOURCE);
    }

    private static ExtentLine extent(String line) throws VmdiskException {
        return parse(line).extents().get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RW 63 FLAT \"pt.vmdk\" 0|RW|63|FLAT|pt.vmdk|0",
                "RW 63 FLAT \"pt.vmdk\"|RW|63|FLAT|pt.vmdk|0",
                "RW 63 FLAT pt.vmdk 5|RW|63|FLAT|pt.vmdk|5",
                "RDONLY 8036352 FLAT \"\\\\.\\PhysicalDrive3\" 128|RDONLY|8036352|FLAT|\\\\.\\PhysicalDrive3|128",
                "RW 20 VMFS \"db-flat.vmdk\"|RW|20|VMFS|db-flat.vmdk|0",
                "RW 20 VMFS \"db-flat.vmdk\" 0|RW|20|VMFS|db-flat.vmdk|0",
                "RW 20 VMFSSPARSE \"d-delta.vmdk\"|RW|20|VMFSSPARSE|d-delta.vmdk|0",
                "RW 20 SESPARSE \"d-sesparse.vmdk\"|RW|20|SESPARSE|d-sesparse.vmdk|0",
                "RW 20 VSANSPARSE \"vsan://0\"|RW|20|VSANSPARSE|vsan://0|0",
                "RW 20 VMFSRDM \"lun-rdm.vmdk\"|RW|20|VMFSRDM|lun-rdm.vmdk|0",
                "RW 20 VMFSRAW \"/vmfs/devices/disks/naa.6\"|RW|20|VMFSRAW|/vmfs/devices/disks/naa.6|0",
                "NOACCESS 0 ZERO|NOACCESS|0|ZERO||0",
                "RW 5 ZERO # a gap|RW|5|ZERO||0",
                "RW 5 SPARSE \"s001.vmdk\" # one|RW|5|SPARSE|s001.vmdk|0",
                "RW 2048 FLAT \"q\"uote-flat.vmdk\" 0|RW|2048|FLAT|q\"uote-flat.vmdk|0",
                "RW 2048 FLAT \"a # b\" 0 # c \"d\"|RW|2048|FLAT|a # b|0",
                "rw 0018014398509481983 flat \"x\"|RW|18014398509481983|FLAT|x|0"
            })
    void reads(String line, Access access, long sectors, ExtentType type, String name, long start) throws Exception {
        ExtentLine extent = extent(line);

        assertThat(extent).isEqualTo(new ExtentLine(access, sectors, type, type.name(), name, start, null, null));
    }

    @Test
    void keepsTheSixthAndSeventhField() throws Exception {
        String line = "RW 16 FLAT \"\\\\.\\PhysicalDrive0\" 63 partition-uuid device-id";

        ExtentLine extent = extent(line);

        assertThat(extent.partition()).isEqualTo("partition-uuid");
        assertThat(extent.device()).isEqualTo("device-id");
        assertThat(parse("RW 1 ZERO").withExtents(List.of(extent)).toString()).endsWith("\n" + line);
        assertThat(extent("RW 16 FLAT \"a\" 63 \"u\" \"d\"").partition()).isEqualTo("\"u\"");
    }

    @Test
    void keepsUnknownTypes() throws Exception {
        Descriptor disk = parse("RW 9 Holographic \"x\"", "RW 1 NOTHING");

        assertThat(disk.extents().get(0).type()).isEqualTo(ExtentType.UNKNOWN);
        assertThat(disk.extents().get(0).typeWord()).isEqualTo("Holographic");
        assertThat(disk.extents().get(1).file()).isEmpty();
        assertThat(disk.capacitySectors()).isEqualTo(10);
        assertThat(disk.findings())
                .filteredOn(f -> f.id().equals("descriptor.extent-type"))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RW",
                "RW ",
                "RW x FLAT \"a\" 0",
                "RW -5 FLAT \"a\" 0",
                "RW +5 FLAT \"a\" 0",
                "RW 0x10 FLAT \"a\" 0",
                "RW 5.0 FLAT \"a\" 0",
                "RW 18014398509481984 FLAT \"a\" 0",
                "RW 9223372036854775808 FLAT \"a\" 0",
                "RW 99999999999999999999 FLAT \"a\" 0",
                "RW 000000000000000000001 FLAT \"a\" 0",
                "RW 5",
                "RW 5 \"a\"",
                "RW 5 # FLAT",
                "RW 5 FLAT",
                "RW 5 VMFS # no name",
                "RW 5 FLAT \"a",
                "RW 5 FLAT \"a\" x",
                "RW 5 FLAT \"a\" -1",
                "RW 5 FLAT \"a\" 18014398509481983",
                "NOACCESS 1 SPARSE"
            })
    void refusesLinesThatCannotBeRead(String line) {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> parse("RW 1 ZERO", line))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo("malformed.extent-line");
                    assertThat(e.offset().orElseThrow()).isGreaterThanOrEqualTo(HEAD.length() + 10);
                });
    }

    @Test
    void namesTheByteInTheFileThatHoldsTheDescriptor() {
        byte[] text = (HEAD + "RW bad FLAT \"a\" 0").getBytes(StandardCharsets.UTF_8);

        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Descriptor.parse(text, SOURCE, 512))
                .withMessageContaining("'bad'")
                .satisfies(e -> assertThat(e.offset()).hasValue(512 + HEAD.length() + 3));
    }

    @Test
    void refusesExtentsThatAreTooLongTogether() throws Exception {
        String half = "RW " + (ExtentLine.MAX_SECTORS / 2 + 1) + " ZERO";

        assertThat(parse(half).capacitySectors()).isEqualTo(ExtentLine.MAX_SECTORS / 2 + 1);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> parse(half, half))
                .satisfies(e -> assertThat(e.code()).isEqualTo("malformed.capacity"));
    }

    @Test
    void takesAnEntryCalledLikeAnAccessForAnEntry() throws Exception {
        Descriptor disk = parse("RW = 5", "RW=5", "RWX 5 FLAT \"a\" 0", "RDONLY-5 FLAT");

        assertThat(disk.extents()).isEmpty();
        assertThat(disk.header("rw")).contains("5");
        assertThat(disk.findings())
                .filteredOn(f -> f.id().equals("descriptor.stray-line"))
                .hasSize(2);
    }

    @Test
    void limitsTextLinesAndExtents() throws Exception {
        String many = "RW 1 ZERO\n";

        assertThat(parse(many.repeat(DescriptorText.MAX_EXTENTS)).capacitySectors())
                .isEqualTo(DescriptorText.MAX_EXTENTS);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> parse(many.repeat(DescriptorText.MAX_EXTENTS + 1)));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> parse("#".repeat(DescriptorText.MAX_LINE_BYTES + 1)));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> parse("\n".repeat(DescriptorText.MAX_LINES)));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> parse("# 4567\n".repeat(DescriptorText.MAX_BYTES / 7)));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> parse("RW 1 ZERO")
                        .withExtents(Collections.nCopies(DescriptorText.MAX_EXTENTS + 1, ExtentLine.zero(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\" ", "\" 0 ", "\" 0 x\"", "\"", " ", "\" \t# ", "\" 1 \"a\" "})
    @Timeout(10)
    void readsHostileLinesInLinearTime(String pattern) throws Exception {
        String rest = pattern.repeat((DescriptorText.MAX_LINE_BYTES - 50) / pattern.length());
        String[] entries = Collections.nCopies(14, "ddb.x = \"" + rest + "~").toArray(String[]::new);

        assertThat(parse(entries).ddb()).containsKey("x");
        assertThat(answer(() -> parse("RW 1 NEW \"" + rest + "~")))
                .isInstanceOfAny(Descriptor.class, MalformedFileException.class);
    }

    private static Object answer(Parse parse) throws VmdiskException {
        try {
            return parse.run();
        } catch (MalformedFileException e) {
            return e;
        }
    }

    private interface Parse {
        Descriptor run() throws VmdiskException;
    }

    @ParameterizedTest
    @EnumSource(
            value = ExtentType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN"})
    void writesWhatItReads(ExtentType type) throws Exception {
        ExtentLine line = type == ExtentType.ZERO ? ExtentLine.zero(7) : ExtentLine.of(7, type, "a b.vmdk");

        Descriptor disk = parse("RW 1 ZERO").withExtents(List.of(line, line.withAccess(Access.RDONLY)));

        assertThat(disk.extents()).containsExactly(line, line.withAccess(Access.RDONLY));
        assertThat(disk.toString().endsWith(" 0")).isEqualTo(type == ExtentType.FLAT);
    }

    @Test
    void writesAStartSectorWhereverThereIsOne() throws Exception {
        ExtentLine vmfs = new ExtentLine(Access.RW, 7, ExtentType.VMFS, "vmfs", "a", 9, null, null);

        assertThat(parse("RW 1 ZERO").withExtents(List.of(vmfs)).toString()).endsWith("\nRW 7 VMFS \"a\" 9");
    }

    @Test
    void refusesImpossibleLines() {
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentLine.zero(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentLine.flat(1, "a", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> ExtentLine.flat(2, "a", ExtentLine.MAX_SECTORS - 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExtentLine(Access.RW, 1, ExtentType.FLAT, "VMFS", "a", 0, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExtentLine(Access.RW, 1, ExtentType.FLAT, "FLAT", null, 0, null, null));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> parse("RW 1 ZERO")
                        .withExtents(
                                List.of(new ExtentLine(Access.RW, 1, ExtentType.UNKNOWN, "a b", "a", 0, null, null))));
    }

    @ParameterizedTest
    @CsvSource({
        "vsan://0-1,true,false",
        "nbd:unix:/tmp/x,true,false",
        "json:{},true,false",
        "NFS://host/x,true,false",
        "a:b-flat.vmdk,false,false",
        "my:disk-flat.vmdk,false,false",
        "C:\\x.vmdk,false,false",
        "/dev/sda,false,true",
        "//dev/./sda,false,true",
        "/dev/shm/x.vmdk,false,false",
        "/dev/shm/../sda,false,true",
        "\\\\.\\PhysicalDrive0,false,true",
        "\\\\?\\C:\\x,false,true",
        "/vmfs/devices/disks/naa.6,false,true",
        "dev/sda,false,false",
        "x.vmdk,false,false"
    })
    void tellsAddressesAndDevicesFromFiles(String name, boolean uri, boolean device) {
        ExtentLine line = ExtentLine.flat(1, name, 0);

        assertThat(line.isUri()).isEqualTo(uri);
        assertThat(line.isDevice()).isEqualTo(device);
    }
}

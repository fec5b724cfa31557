package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTest {
    private static final Path SOURCE = Path.of("disk.vmdk");

    private static final String THIN = """
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
            """;

    private static Descriptor parse(String text) throws VmdiskException {
        return Descriptor.parse(text.getBytes(StandardCharsets.UTF_8), SOURCE);
    }

    private static Descriptor withLines(String... lines) throws VmdiskException {
        return parse("# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n" + String.join("\n", lines) + "\n");
    }

    private static String text(Descriptor descriptor) {
        return new String(descriptor.toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void readsAnEsxiDisk() throws Exception {
        Descriptor disk = parse(THIN);

        assertThat(text(disk)).isEqualTo(THIN);
        assertThat(disk.findings()).isEmpty();
        assertThat(disk.version()).isEqualTo(1);
        assertThat(disk.charset()).isEqualTo(StandardCharsets.UTF_8);
        assertThat(disk.declaredEncoding()).contains("UTF-8");
        assertThat(disk.cid()).hasToString("a07e11c3");
        assertThat(disk.parentCid()).isEqualTo(ContentId.NONE);
        assertThat(disk.hasParent()).isFalse();
        assertThat(disk.parentHint()).isEmpty();
        assertThat(disk.createType()).isEqualTo(CreateType.VMFS);
        assertThat(disk.extents()).containsExactly(ExtentLine.of(83886080, ExtentType.VMFS, "db-flat.vmdk"));
        assertThat(disk.capacitySectors()).isEqualTo(83886080);
        assertThat(disk.adapterType()).contains(AdapterType.LSILOGIC);
        assertThat(disk.geometry()).contains(new Geometry(5221, 255, 63));
        assertThat(disk.biosGeometry()).isEmpty();
        assertThat(disk.hardwareVersion()).hasValue(14);
        assertThat(disk.isThin()).isTrue();
        assertThat(disk.longContentId()).contains("91d03c6be2f84a5577a1c0d3a07e11c3");
        assertThat(disk.uuid().flatMap(DiskUuid::parse)).isPresent();
        assertThat(disk.changeTrackPath()).isEmpty();
        assertThat(disk.isNativeSnapshot()).isFalse();
        assertThat(disk.encryption()).isEmpty();
        assertThat(disk.ddb("DDB.UUID")).isEqualTo(disk.uuid());
        assertThat(disk.ddb()).hasSize(8).containsKey("AdapterType");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsAnyLineEndAndWritesItForNewLines(String end) throws Exception {
        Descriptor disk = parse(THIN.replace("\n", end));

        Descriptor edited = disk.withDdb("deletable", "true");

        assertThat(disk.capacitySectors()).isEqualTo(83886080);
        assertThat(text(edited))
                .isEqualTo(THIN.replace("ddb.geometry.cyl", "ddb.deletable = \"true\"\nddb.geometry.cyl")
                        .replace("\n", end));
    }

    @Test
    void readsAnyCaseAndBlanks() throws Exception {
        Descriptor disk = parse("\t# DISK descriptorfile \n  VERSION = 1\ncid\t=\t0000ABCD  \n ParentCid =FFFFFFFF\n"
                + "CREATETYPE = \"MonolithicFLAT\"  # made by hand\n"
                + "  rw\t 100   flat  \"a b.vmdk\"   7  \nDDB.ADAPTERTYPE=\"LsiLogic\"");

        assertThat(disk.cid()).isEqualTo(new ContentId(0xABCD));
        assertThat(disk.createType()).isEqualTo(CreateType.MONOLITHIC_FLAT);
        assertThat(disk.createTypeName()).isEqualTo("MonolithicFLAT");
        assertThat(disk.extents()).containsExactly(ExtentLine.flat(100, "a b.vmdk", 7));
        assertThat(disk.adapterType()).contains(AdapterType.LSILOGIC);
        assertThat(disk.findings()).isEmpty();
    }

    @Test
    void readsHeaderLinesInAnyOrderAndBehindTheExtents() throws Exception {
        Descriptor disk = parse("encoding=\"UTF-8\"\n# Disk DescriptorFile\nRW 5 ZERO \ncreateType=\"custom\"\n"
                + "CID=77\nversion=1\nparentCID=ffffffff\n");

        assertThat(disk.createType()).isEqualTo(CreateType.CUSTOM);
        assertThat(disk.cid()).isEqualTo(new ContentId(0x77));
        assertThat(disk.extents()).containsExactly(ExtentLine.zero(5));
        assertThat(disk.findings()).isEmpty();
    }

    @Test
    void keepsAByteOrderMark() throws Exception {
        Descriptor disk = parse("\uFEFFCID=5\nRW 1 ZERO\n");

        assertThat(disk.cid()).isEqualTo(new ContentId(5));
        assertThat(text(disk.withDdb("x", "y").withoutDdb("x"))).startsWith("\uFEFFCID=5\n");
        assertThat(text(disk.withoutParent())).isEqualTo("\uFEFFCID=5\nparentCID=ffffffff\nRW 1 ZERO\n");
        assertThat(text(parse("\uFEFFparentCID=ffffffff\n").withCid(new ContentId(1))))
                .isEqualTo("\uFEFFCID=00000001\nparentCID=ffffffff\n");
    }

    @Test
    void endsAtTheFirstNul() throws Exception {
        Descriptor disk = parse(THIN + "\0\0RW 5 ZERO\n\0");

        assertThat(disk.extents()).hasSize(1);
        assertThat(text(disk)).isEqualTo(THIN);
    }

    @Test
    void ignoresKeysInComments() throws Exception {
        Descriptor disk =
                withLines("# createType=\"seSparse\" CID=deadbeef parentFileNameHint=\"x\"", "createType=\"custom\"");

        assertThat(disk.createType()).isEqualTo(CreateType.CUSTOM);
        assertThat(disk.cid()).isEqualTo(new ContentId(1));
        assertThat(disk.parentHint()).isEmpty();
    }

    @Test
    void padsToTheAreaOfAnExtentAndNeverGrowsPastIt() throws Exception {
        Descriptor disk = parse(THIN);
        int length = disk.toBytes().length;

        byte[] area = disk.toEmbedded(10240);

        assertThat(area).hasSize(10240).startsWith(disk.toBytes());
        assertThat(Descriptor.parse(area, SOURCE).toBytes()).isEqualTo(disk.toBytes());
        assertThat(disk.toEmbedded(length)).isEqualTo(disk.toBytes());
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> disk.toEmbedded(length - 1))
                .withMessageContaining(length + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"deadbeef,deadbeef", "1,00000001", "FFFFFFFE,fffffffe", "00000000,00000000"})
    void readsContentIdsOfOneToEightDigits(String digits, String expected) throws Exception {
        assertThat(parse("CID=" + digits + "\n").cid()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456789", "xyz", "-1", "0x12", ""})
    void aContentIdThatCannotBeReadFitsNoChild(String digits) throws Exception {
        Descriptor disk = parse("# Disk DescriptorFile\nversion=1\nCID=" + digits + "\nparentCID=ffffffff\n");

        assertThat(disk.cid()).isEqualTo(ContentId.NONE);
        assertThat(disk.findings()).anyMatch(f -> f.id().equals("descriptor.cid"));
    }

    /** Xen Orchestra writes the number of 32 bits in decimal. */
    @ParameterizedTest
    @CsvSource({"3322377035,WARNING", "123456789,WARNING", "9999999999,ERROR", "zz,ERROR"})
    void aDecimalContentIdIsNoDamage(String digits, Finding.Severity severity) throws Exception {
        Descriptor disk = parse("# Disk DescriptorFile\nversion=1\nCID=" + digits + "\nparentCID=ffffffff\n");

        assertThat(disk.findings())
                .filteredOn(finding -> finding.id().equals("descriptor.cid"))
                .extracting(Finding::severity)
                .containsExactly(severity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parentCID=zz", "parentCID=123456789", "parentCID="})
    void refusesAParentThatCannotBeRead(String line) {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> parse("CID=1\n" + line + "\n"))
                .withMessageContaining("parentCID");
    }

    @Test
    void refusesAHintWithoutParentCid() {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> parse("CID=1\nparentFileNameHint=\"a.vmdk\"\n"));
    }

    @Test
    void takesAnUnsetParentForNoneOnlyWithoutHint() throws Exception {
        Descriptor base = parse("# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=00000000\nRW 1 ZERO\n");
        Descriptor child = parse("CID=1\nparentCID=00000000\nparentFileNameHint=\"a.vmdk\"\n");

        assertThat(base.hasParent()).isFalse();
        assertThat(base.findings()).anyMatch(f -> f.id().equals("descriptor.parent-cid"));
        assertThat(child.hasParent()).isTrue();
        assertThat(child.parentCid()).isEqualTo(new ContentId(0));
    }

    @Test
    void edits() throws Exception {
        Descriptor disk = parse(THIN);

        assertThat(text(disk.withCid(new ContentId(0x12)))).isEqualTo(THIN.replace("CID=a07e11c3", "CID=00000012"));
        assertThat(text(disk.withLongContentId("00ff")))
                .isEqualTo(THIN.replace("91d03c6be2f84a5577a1c0d3a07e11c3", "00ff"));
        assertThat(text(disk.withCreateType(CreateType.MONOLITHIC_FLAT)))
                .isEqualTo(THIN.replace("\"vmfs\"", "\"monolithicFlat\""));
        assertThat(text(disk.withExtentFileNames(name -> "new-" + name)))
                .isEqualTo(THIN.replace("db-flat", "new-db-flat"));
        assertThat(text(disk.withoutDdb("thinProvisioned")))
                .isEqualTo(THIN.replace("ddb.thinProvisioned = \"1\"\n", ""));
        assertThat(text(disk.withGeometry(new Geometry(1, 2, 3))))
                .isEqualTo(THIN.replace("5221", "1").replace("255", "2").replace("\"63\"", "\"3\""));
    }

    @Test
    void becomesAChildAndABaseAgain() throws Exception {
        Descriptor child = parse(THIN).withParent(new ContentId(0xAB), "base.vmdk");

        assertThat(text(child))
                .isEqualTo(THIN.replace("parentCID=ffffffff", "parentCID=000000ab")
                        .replace("\"vmfs\"\n", "\"vmfs\"\nparentFileNameHint=\"base.vmdk\"\n"));
        assertThat(child.hasParent()).isTrue();
        assertThat(text(child.withoutParent())).isEqualTo(THIN);
        assertThatIllegalArgumentException().isThrownBy(() -> child.withParent(ContentId.NONE, "x"));
    }

    @Test
    void tracksChangesAndStopsTracking() throws Exception {
        Descriptor tracked = parse(THIN).withChangeTrackPath("db-ctk.vmdk");

        assertThat(text(tracked))
                .isEqualTo(THIN.replace("version=1", "version=3")
                        .replace(
                                "# The Disk", "# Change Tracking File\nchangeTrackPath=\"db-ctk.vmdk\"\n\n# The Disk"));
        assertThat(tracked.changeTrackPath()).contains("db-ctk.vmdk");
        assertThat(tracked.findings()).isEmpty();
        assertThat(text(tracked.withoutChangeTracking())).isEqualTo(THIN);
        assertThat(text(tracked.withChangeTrackPath("x")))
                .isEqualTo(text(tracked).replace("db-ctk.vmdk", "x"));
    }

    @Test
    void givesFreshContentIds() throws Exception {
        Random random = new Random(7);
        Descriptor before = parse(THIN);
        Descriptor fresh = before.withFreshContent(random);
        Descriptor plain = withLines("RW 1 ZERO").withFreshContent(random);

        assertThat(fresh.cid()).isNotEqualTo(before.cid());
        assertThat(fresh.longContentId().orElseThrow())
                .hasSize(32)
                .endsWith(fresh.cid().toString())
                .isNotEqualTo(before.longContentId().orElseThrow());
        assertThat(plain.cid()).isNotEqualTo(new ContentId(1));
        assertThat(plain.longContentId()).isEmpty();
    }

    @Test
    void putsANewCidBeforeTheParents() throws Exception {
        Descriptor disk = parse("parentCID=ffffffff\nversion=1\nRW 1 ZERO\n").withCid(new ContentId(5));

        assertThat(text(disk)).isEqualTo("CID=00000005\nparentCID=ffffffff\nversion=1\nRW 1 ZERO\n");
    }

    @Test
    void addsWhatIsMissingInItsPlace() throws Exception {
        Descriptor disk = parse("# Disk DescriptorFile\nCID=1\nRW 1 ZERO")
                .withoutParent()
                .withCreateType(CreateType.CUSTOM)
                .withDdb("ddb.uuid", "u")
                .withDdb("deletable", "true")
                .withChangeTrackPath("c");

        assertThat(text(disk)).isEqualTo("""
                        # Disk DescriptorFile
                        version=3
                        CID=1
                        parentCID=ffffffff
                        createType="custom"
                        RW 1 ZERO

                        # Change Tracking File
                        changeTrackPath="c"

                        # The Disk Data Base
                        #DDB

                        ddb.deletable = "true"
                        ddb.uuid = "u\"""");
    }

    @Test
    void replacesExtentsAndKeepsEqualLines() throws Exception {
        Descriptor disk = withLines("RW  10\tFLAT \"a\" 0 # first", "RW 20 FLAT \"b\" 0", "#end");
        ExtentLine first = disk.extents().get(0);

        assertThat(text(disk.withExtents(disk.extents()))).isEqualTo(text(disk));
        assertThat(text(disk.withExtents(List.of(first, ExtentLine.zero(3), ExtentLine.of(4, ExtentType.SPARSE, "c")))))
                .endsWith("RW  10\tFLAT \"a\" 0 # first\nRW 3 ZERO\nRW 4 SPARSE \"c\"\n#end\n");
        assertThat(text(disk.withExtents(List.of(first)))).endsWith("RW  10\tFLAT \"a\" 0 # first\n#end\n");
        assertThat(text(parse("CID=1\n").withExtents(List.of(first))))
                .isEqualTo("CID=1\n# Extent description\nRW 10 FLAT \"a\" 0\n\n");
        assertThat(text(parse("CID=1\n#Extent description\n#DDB\n").withExtents(List.of(first))))
                .isEqualTo("CID=1\n#Extent description\nRW 10 FLAT \"a\" 0\n#DDB\n");
    }

    @Test
    void setsTheFirstOfDuplicatesAndRemovesAll() throws Exception {
        Descriptor disk = withLines("ddb.x = \"1\"", "ddb.X = \"2\"");

        assertThat(disk.ddb("x")).contains("1");
        assertThat(text(disk.withDdb("x", "3"))).endsWith("ddb.x = \"3\"\nddb.X = \"2\"\n");
        assertThat(text(disk.withoutDdb("x"))).doesNotContainIgnoringCase("ddb.x");
        assertThat(disk.findings()).anyMatch(f -> f.id().equals("descriptor.duplicate-key"));
    }

    @Test
    void keepsTheFormOfAnEditedLine() throws Exception {
        Descriptor disk = withLines("ddb.a=\"1\"   # note", "\tddb.b = 2 # note", "ddb.c = \"open", "ddb.d =");

        Descriptor edited =
                disk.withDdb("a", "x").withDdb("b", "3").withDdb("c", "y").withDdb("d", "z");

        assertThat(text(edited)).endsWith("ddb.a=\"x\"   # note\n\tddb.b = 3 # note\nddb.c = \"y\"\nddb.d =z\n");
        assertThat(edited.withDdb("b", "3 4").ddb("b")).contains("3 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\nb", "a\rb", "a\0b", "a\u007Fb", "a\uFFFDb", "\uD800"})
    void refusesValuesThatCannotBeWritten(String value) throws Exception {
        Descriptor disk = parse(THIN);

        assertThatExceptionOfType(UnsupportedFeatureException.class).isThrownBy(() -> disk.withDdb("comment", value));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> disk.withExtentFileNames(name -> value));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> disk.withParent(new ContentId(1), value));
        assertThatExceptionOfType(UnsupportedFeatureException.class)
                .isThrownBy(() -> disk.withExtents(List.of(ExtentLine.flat(1, value, 0))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ddb.", "a b", "a=b", "a\nb", "ü", "encoding"})
    void refusesKeysThatCannotBeWritten(String key) throws Exception {
        Descriptor disk = parse(THIN);

        assertThatExceptionOfType(UnsupportedFeatureException.class).isThrownBy(() -> disk.withDdb(key, "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "windows-1252,windows-1252,Müller",
        "UTF-8,UTF-8,日本",
        "utf8,UTF-8,日本",
        "GBK,GBK,测试一丂",
        "gb18030,GB18030,测试",
        "Big5,x-windows-950,許功蓋",
        "Shift_JIS,windows-31j,表示ソ①",
        "windows-1251,windows-1251,Диск"
    })
    void readsAndWritesNamesInTheDeclaredEncoding(String declared, String charset, String name) throws Exception {
        for (String key : List.of("encoding=", "ddb.encoding = ")) {
            String text = "# Disk DescriptorFile\nversion=1\n" + key + "\"" + declared
                    + "\"\nCID=1\nparentCID=ffffffff\n" + "createType=\"custom\"\nRW 1 FLAT \"" + name + ".vmdk\" 0\n";
            byte[] bytes = text.getBytes(Charset.forName(charset));

            Descriptor disk = Descriptor.parse(bytes, SOURCE);

            assertThat(disk.charset()).isEqualTo(Charset.forName(charset));
            assertThat(disk.extents().get(0).file()).contains(name + ".vmdk");
            assertThat(disk.findings()).isEmpty();
            assertThat(disk.toBytes()).isEqualTo(bytes);
            assertThat(disk.withExtentFileNames(n -> n + name).withExtentFileNames(n -> name + ".vmdk"))
                    .returns(bytes, Descriptor::toBytes);
        }
    }

    @Test
    void guessesTheEncodingWhereNoneIsDeclared() throws Exception {
        Descriptor utf8 = withLines("RW 1 FLAT \"Müller\" 0");
        byte[] ansi = text(utf8).getBytes(Charset.forName("windows-1252"));

        assertThat(utf8.charset()).isEqualTo(StandardCharsets.UTF_8);
        assertThat(utf8.declaredEncoding()).isEmpty();
        assertThat(Descriptor.parse(ansi, SOURCE).extents().get(0).file()).contains("Müller");
        assertThat(Descriptor.parse(ansi, SOURCE).toBytes()).isEqualTo(ansi);
    }

    @ParameterizedTest
    @ValueSource(strings = {"klingon", "UTF-16", "ISO-2022-JP", "IBM037", "", "no such name!"})
    void readsUnknownEncodingsByteForByte(String declared) throws Exception {
        String text = "encoding=\"" + declared + "\"\nCID=1\nRW 1 FLAT \"M\u00FC\" 0\n";

        Descriptor disk = Descriptor.parse(text.getBytes(StandardCharsets.ISO_8859_1), SOURCE);

        assertThat(disk.extents().get(0).file()).contains("M\u00FC");
        assertThat(disk.findings()).anyMatch(f -> f.id().equals("descriptor.encoding"));
        assertThat(disk.declaredEncoding()).isEqualTo(Optional.of(declared));
    }

    @Test
    void tellsOfBytesThatAreNotOfTheDeclaredEncoding() throws Exception {
        byte[] bytes = "encoding=\"UTF-8\"\nCID=1\nRW 1 FLAT \"M\u00FC\" 0\n".getBytes(StandardCharsets.ISO_8859_1);

        Descriptor disk = Descriptor.parse(bytes, SOURCE);

        assertThat(disk.extents().get(0).file()).contains("M\uFFFD");
        assertThat(disk.findings()).anyMatch(f -> f.id().equals("descriptor.encoding"));
        assertThat(disk.withCid(new ContentId(2)).toBytes()).contains(0xFC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# Disk DescriptorFile\nversion=1\n",
                "#Disk DescriptorFile\r\n",
                "# Disk Descriptor File\n",
                "encoding=\"UTF-8\"\n# Disk DescriptorFile\n",
                "\uFEFF# Disk DescriptorFile\n",
                "\n\n  # disk descriptorfile",
                "version=1\nCID=fffffffe\n",
                "# my disk\ncreateType=\"vmfs\"\n\0\0"
            })
    void recognisesDescriptors(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));

        assertThat(Descriptor.looksLike(bytes)).isTrue();
        assertThat(bytes.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "KDMV\1\0\0\0",
                "\0# Disk DescriptorFile\n",
                ".encoding = \"UTF-8\"\ndisplayName = \"x\"\n",
                "#!/bin/sh\nexit 0\nCID=1\n",
                "RW x\nCID=1\n",
                "COWD\1\0\0\0"
            })
    void recognisesWhatIsNoDescriptor(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Descriptor.looksLike(ByteBuffer.wrap(bytes))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "a=b\n", "\0CID=1\n"})
    void refusesOtherTexts(String text) {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> parse(text))
                .satisfies(e -> assertThat(e.code()).isEqualTo("malformed.not-a-descriptor"));
    }

    @Test
    void recognisesEncryptedDisks() throws Exception {
        assertThat(withLines("encryptionKeys=\"vmware:key/list/(x)\"").encryption())
                .contains("encryptionKeys=vmware:key/list/(x)");
        assertThat(withLines("keyID=12").encryption()).contains("keyID=12");
        assertThat(withLines("ddb.iofilters = \"vmwarelwd,vmwarevmcrypt\"").encryption())
                .isPresent();
        assertThat(withLines("ddb.iofilters = \"vmwarelwd\"").encryption()).isEmpty();
        assertThat(withLines("isNativeSnapshot=\"YES\"").isNativeSnapshot()).isTrue();
    }
}

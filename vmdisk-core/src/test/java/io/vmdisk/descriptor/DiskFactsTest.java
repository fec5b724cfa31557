package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiskFactsTest {
    private static final Path SOURCE = Path.of("disk.vmdk");
    private static final long SECTORS = 20480;
    private static final String UUID = "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5";

    private static Descriptor text(String... entries) throws VmdiskException {
        return text(StandardCharsets.UTF_8, "encoding=\"UTF-8\"", entries);
    }

    private static Descriptor text(Charset charset, String header, String... entries) throws VmdiskException {
        String lines = "# Disk DescriptorFile\nversion=1\n" + header + "\nCID=fffffffe\nparentCID=ffffffff\n"
                + "createType=\"vmfs\"\nRW " + SECTORS + " VMFS \"disk-flat.vmdk\"\n" + String.join("\n", entries)
                + "\n";
        return Descriptor.parse(lines.getBytes(charset), SOURCE);
    }

    private static Descriptor copy(DiskFacts facts, long sectors) throws VmdiskException {
        DescriptorBuilder form = DescriptorBuilder.of(CreateType.VMFS)
                .charset(facts.charset())
                .extent(ExtentLine.of(sectors, ExtentType.VMFS, "copy-flat.vmdk"));
        facts.writeTo(form, sectors, new Random(1));
        return form.build(Path.of("copy.vmdk"));
    }

    private static Descriptor copy(DiskFacts.Identity identity, Descriptor... links) throws VmdiskException {
        return copy(DiskFacts.keptFrom(Arrays.asList(links), identity), SECTORS);
    }

    @Test
    void keepsWhatGuestsBootByAndWhatOtherProductsAdded() throws VmdiskException {
        Descriptor old = text(
                "ddb.adapterType = \"buslogic\"",
                "ddb.geometry.cylinders = \"301\"",
                "ddb.geometry.heads = \"4\"",
                "ddb.geometry.sectors = \"17\"",
                "ddb.geometry.biosCylinders = \"20\"",
                "ddb.geometry.biosHeads = \"64\"",
                "ddb.geometry.biosSectors = \"16\"",
                "ddb.virtualHWVersion = \"7\"",
                "ddb.toolsVersion = \"11333\"",
                "ddb.toolsInstallType = \"1\"",
                "ddb.comment = \"the gold one\"",
                "ddb.acme.label = \"шкаф 7\"",
                "ddb.uuid = \"" + UUID + "\"");

        Descriptor made = copy(DiskFacts.Identity.KEPT, old);

        assertThat(made.ddb()).isEqualTo(old.ddb());
    }

    @Test
    void givesACloneAnIdentityOfItsOwn() throws VmdiskException {
        Descriptor old = text("ddb.uuid = \"" + UUID + "\"", "ddb.uuid.image = \"1-2\"", "ddb.comment = \"x\"");

        Descriptor clone = copy(DiskFacts.Identity.FRESH, old);

        assertThat(clone.uuid().flatMap(DiskUuid::parse)).isPresent();
        assertThat(clone.uuid()).isNotEqualTo(old.uuid());
        assertThat(clone.ddb("uuid.image")).isEmpty();
        assertThat(clone.ddb("comment")).contains("x");
        assertThat(copy(DiskFacts.Identity.KEPT, old).uuid()).contains(UUID);
    }

    @Test
    void leavesOutAndNamesWhatBindsTheOldDiskToSomethingBesideIt() throws VmdiskException {
        Descriptor old = text(
                "changeTrackPath=\"disk-ctk.vmdk\"",
                "ddb.iofilters = \"acme\"",
                "ddb.sidecars = \"disk-1.vmfd\"",
                "ddb.deletable = \"true\"",
                "ddb.nativeParentHint = \"x\"",
                "ddb.grain = \"8\"",
                "ddb.thinProvisioned = \"1\"",
                "ddb.longContentID = \"0123456789abcdef0123456789abcdef\"");

        Descriptor made = copy(DiskFacts.Identity.KEPT, old);

        assertThat(DiskFacts.leftOut(List.of(old)))
                .containsExactlyInAnyOrder(
                        "changeTrackPath", "ddb.iofilters", "ddb.sidecars", "ddb.deletable", "ddb.nativeParentHint");
        assertThat(made.ddb().keySet())
                .containsExactlyInAnyOrder(
                        "adapterType",
                        "geometry.cylinders",
                        "geometry.heads",
                        "geometry.sectors",
                        "uuid",
                        "virtualHWVersion");
        assertThat(made.changeTrackPath()).isEmpty();
    }

    @Test
    void asksTheNearestLinkThatHasAnAnswer() throws VmdiskException {
        Descriptor top = text("ddb.comment = \"top\"", "ddb.geometry.heads = \"9\"");
        Descriptor base = text(
                "ddb.comment = \"base\"",
                "ddb.virtualHWVersion = \"8\"",
                "ddb.geometry.cylinders = \"5\"",
                "ddb.geometry.heads = \"6\"",
                "ddb.geometry.sectors = \"7\"");

        Descriptor made = copy(DiskFacts.Identity.KEPT, top, base);

        assertThat(made.ddb("comment")).contains("top");
        assertThat(made.hardwareVersion()).hasValue(8);
        assertThat(made.geometry()).contains(new Geometry(5, 6, 7));
    }

    @Test
    void keepsWhatABiosIsToldAloneButNotOfTwoLinks() throws VmdiskException {
        Descriptor top = text("ddb.geometry.biosHeads = \"64\"");
        Descriptor base = text("ddb.geometry.biosSectors = \"16\"");

        Descriptor made = copy(DiskFacts.Identity.KEPT, top, base);

        assertThat(made.ddb("geometry.biosHeads")).contains("64");
        assertThat(made.ddb("geometry.biosSectors")).isEmpty();
        assertThat(DiskFacts.leftOut(List.of(top))).isEmpty();
    }

    @Test
    void keepsHeadsAndSectorsOfAGeometryForAnotherSize() throws VmdiskException {
        Descriptor old =
                text("ddb.geometry.cylinders = \"301\"", "ddb.geometry.heads = \"4\"", "ddb.geometry.sectors = \"17\"");

        Descriptor made = copy(DiskFacts.keptFrom(List.of(old), DiskFacts.Identity.KEPT), 2 * SECTORS);

        assertThat(made.geometry()).contains(new Geometry(2 * SECTORS / 68, 4, 17));
    }

    @Test
    void computesTheGeometryAnewForAnotherAdapterAndWhereThereWasNone() throws VmdiskException {
        Descriptor old = text(
                "ddb.adapterType = \"lsilogic\"",
                "ddb.geometry.cylinders = \"301\"",
                "ddb.geometry.heads = \"4\"",
                "ddb.geometry.sectors = \"17\"",
                "ddb.geometry.biosCylinders = \"20\"",
                "ddb.geometry.biosHeads = \"64\"",
                "ddb.geometry.biosSectors = \"16\"");
        DiskFacts facts = DiskFacts.keptFrom(List.of(old), DiskFacts.Identity.KEPT);

        assertThat(copy(facts.withAdapter(AdapterType.PVSCSI), SECTORS).geometry())
                .contains(new Geometry(301, 4, 17));
        Descriptor ide = copy(facts.withAdapter(AdapterType.IDE), SECTORS);
        assertThat(ide.geometry()).contains(Geometry.of(AdapterType.IDE, SECTORS, 19));
        assertThat(ide.biosGeometry()).contains(new Geometry(20, 64, 16));
        Descriptor empty = copy(
                DiskFacts.Identity.KEPT,
                text(
                        "ddb.geometry.cylinders = \"0\"",
                        "ddb.geometry.heads = \"255\"",
                        "ddb.geometry.sectors = \"63\""));
        assertThat(empty.geometry()).contains(Geometry.of(AdapterType.LSILOGIC, SECTORS, 19));
    }

    @Test
    void saysOtherwiseWhereAsked() throws VmdiskException {
        DiskUuid uuid = DiskUuid.parse(UUID).orElseThrow();
        DiskFacts facts = DiskFacts.ofNewDisk()
                .withHardwareVersion(13)
                .withToolsVersion(10249)
                .withUuid(uuid);

        Descriptor made = copy(facts, SECTORS);

        assertThat(made.hardwareVersion()).hasValue(13);
        assertThat(made.ddb("toolsVersion")).contains("10249");
        assertThat(made.uuid()).contains(UUID);
        assertThat(copy(facts.withFreshIdentity(), SECTORS).uuid()).isNotEqualTo(made.uuid());
    }

    @Test
    void keepsTheEncodingOfATextThatNamesOne() throws VmdiskException {
        Descriptor old = text(Charset.forName("GBK"), "encoding=\"GBK\"", "ddb.comment = \"磁盘\"");

        DiskFacts facts = DiskFacts.keptFrom(List.of(old), DiskFacts.Identity.KEPT);
        Descriptor made = copy(facts, SECTORS);

        assertThat(made.declaredEncoding()).contains("GBK");
        assertThat(made.ddb("comment")).contains("磁盘");
        assertThat(facts.charsetFor(List.of("磁盘-flat.vmdk"))).isEqualTo(Charset.forName("GBK"));
        assertThat(facts.charsetFor(List.of("قرص-flat.vmdk"))).isEqualTo(StandardCharsets.UTF_8);
    }

    @Test
    void copiesNothingThatNoDescriptorCanHoldAndStaysSmall() throws VmdiskException {
        String[] entries = new String[200];
        Arrays.setAll(entries, i -> "ddb.key" + i + " = \"" + "x".repeat(100) + "\"");
        entries[0] = "ddb.comment = \"" + "y".repeat(5000) + "\"";
        entries[1] = "ddb.quote = \"a\"b\"";
        Descriptor old = text(entries);

        Descriptor made = copy(DiskFacts.Identity.KEPT, old);

        assertThat(made.toBytes().length).isLessThan(8 << 10);
        assertThat(DiskFacts.leftOut(List.of(old))).contains("ddb.comment", "ddb.key99");
        assertThat(made.ddb("key10")).isPresent();
    }
}

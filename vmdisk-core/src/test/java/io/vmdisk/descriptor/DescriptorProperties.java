package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.descriptor.files.ParentHints;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class DescriptorProperties {
    private static final Path SOURCE = Path.of("disk.vmdk");

    @Property(tries = 200, seed = "1")
    void writesBackWhatItReads(@ForAll("documents") String document) throws Exception {
        byte[] bytes = document.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Descriptor.parse(bytes, SOURCE).toBytes()).isEqualTo(bytes);
    }

    @Property(tries = 200, seed = "2")
    void addsAndRemovesAKeyWithoutATrace(@ForAll("documents") String document) throws Exception {
        byte[] bytes = (document + "\nddb.a=\"1\"\n").getBytes(StandardCharsets.ISO_8859_1);
        Descriptor before = Descriptor.parse(bytes, SOURCE);

        Descriptor edited = before.withDdb("fresh.key", "value");

        assertThat(edited.ddb("fresh.key")).contains("value");
        assertThat(edited.extents()).isEqualTo(before.extents());
        assertThat(edited.withoutDdb("fresh.key").toBytes()).isEqualTo(bytes);
    }

    @Property(tries = 200, seed = "3")
    void changesOnlyTheLineItIsAskedTo(@ForAll("documents") String document, @ForAll int cid) throws Exception {
        Descriptor before = Descriptor.parse(document.getBytes(StandardCharsets.ISO_8859_1), SOURCE);
        Descriptor after = before.withCid(new ContentId(cid));

        List<String> kept = lines(after);
        List<String> old = lines(before);
        int changed = kept.size() - old.size();
        assertThat(changed).isBetween(0, 1);
        assertThat(after.cid()).isEqualTo(new ContentId(cid));
        if (changed == 0) {
            long differing = 0;
            for (int i = 0; i < old.size(); i++) {
                differing += old.get(i).equals(kept.get(i)) ? 0 : 1;
            }
            assertThat(differing).isLessThanOrEqualTo(1);
        } else {
            List<String> rest = new ArrayList<>(kept);
            rest.remove(String.format("CID=%08x", cid));
            assertThat(rest).isEqualTo(old);
        }
    }

    @Property(tries = 150, seed = "4")
    void becomesAChildAndABaseAgain(@ForAll("documents") String document, @ForAll int cid) throws Exception {
        Descriptor before = Descriptor.parse(document.getBytes(StandardCharsets.ISO_8859_1), SOURCE);
        ContentId parent = new ContentId(cid == -1 ? 0 : cid);

        Descriptor child = before.withParent(parent, "base.vmdk");

        assertThat(child.parentCid()).isEqualTo(parent);
        assertThat(child.parentHint()).contains("base.vmdk");
        assertThat(child.withoutParent().hasParent()).isFalse();
        assertThat(child.withoutParent().parentHint()).isEmpty();
    }

    @Property(tries = 150, seed = "5")
    void holdsAnyExtents(@ForAll("documents") String document, @ForAll("extents") List<ExtentLine> extents)
            throws Exception {
        Descriptor before = Descriptor.parse(document.getBytes(StandardCharsets.ISO_8859_1), SOURCE);

        Descriptor after = before.withExtents(extents);

        assertThat(after.extents()).isEqualTo(extents);
        assertThat(after.withExtents(extents).toBytes()).isEqualTo(after.toBytes());
        assertThat(after.ddb()).isEqualTo(before.ddb());
    }

    @Property(tries = 150, seed = "6")
    void renamesExtentsThereAndBack(@ForAll("extents") List<ExtentLine> extents) throws Exception {
        Descriptor before = DescriptorBuilder.of(CreateType.CUSTOM)
                .extent(ExtentLine.zero(1))
                .extents(extents)
                .build(SOURCE);

        Descriptor renamed = before.withExtentFileNames(name -> "new-" + name);

        assertThat(renamed.extents())
                .allMatch(e -> e.fileName() == null || e.fileName().startsWith("new-"));
        assertThat(renamed.withExtentFileNames(name -> name.substring(4)).toBytes())
                .isEqualTo(before.toBytes());
    }

    @Property(tries = 600, seed = "7")
    void answersAnyBytesWithOneOfOurExceptionsAtWorst(@ForAll("hostile") byte[] bytes) {
        Descriptor.looksLike(ByteBuffer.wrap(bytes));
        try {
            Descriptor disk = Descriptor.parse(bytes, SOURCE);
            assertThat(disk.findings()).isNotNull();
            assertThat(disk.withDdb("x", "y")
                            .withoutChangeTracking()
                            .withoutParent()
                            .capacitySectors())
                    .isEqualTo(disk.capacitySectors());
            for (ExtentLine extent : disk.extents()) {
                if (extent.fileName() != null) {
                    ExtentPaths.resolve(SOURCE, extent.fileName());
                }
            }
            if (disk.parentHint().isPresent()) {
                ParentHints.candidates(SOURCE, disk.parentHint().get());
            }
        } catch (VmdiskException e) {
            assertThat(e.code()).isNotEmpty();
        }
    }

    private static List<String> lines(Descriptor descriptor) {
        return new String(descriptor.toBytes(), StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n')
                .lines()
                .toList();
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> line = Arbitraries.frequencyOf(
                Tuple.of(
                        4,
                        Arbitraries.of(
                                "CID=1234",
                                " cid = 0000BEEF # x",
                                "CID=",
                                "version=1",
                                "version = 3",
                                "encoding=\"GBK\"",
                                "parentCID=ffffffff",
                                "PARENTCID=\"00000000\"",
                                "createType=\"vmfs\"",
                                "createType=\"open",
                                "# Extent description",
                                "#DDB",
                                "# The Disk Data Base ",
                                "",
                                "  \t",
                                "key",
                                "= 5",
                                "\"",
                                "# Change Tracking File",
                                "changeTrackPath=\"a-ctk.vmdk\"",
                                "isNativeSnapshot=\"no\"")),
                Tuple.of(
                        3,
                        Arbitraries.of(
                                "RW 10 FLAT \"a.vmdk\" 0",
                                "rdonly\t20  vmfs \"b c\"",
                                "NOACCESS 0 ZERO ",
                                "RW 5 ODD \"x\" 7 u d",
                                "RW 1 SPARSE raw-name # c",
                                "RW 3 FLAT \"q\"uote\" 9")),
                Tuple.of(
                        3,
                        Arbitraries.of(
                                "ddb.uuid = \"1\"",
                                "ddb.uuid=\"2\"",
                                "DDB.Comment = \"\u00E4 # \u00FF\"",
                                "ddb.z = bare word ",
                                "ddb.b",
                                "ddb. = \"\"")),
                Tuple.of(
                        2,
                        Arbitraries.strings()
                                .withCharRange('\u0001', '\u00FF')
                                .excludeChars('\n', '\r')
                                .ofMaxLength(30)
                                .map(text -> "~" + text)));
        Arbitrary<String> ends = Arbitraries.of("\n", "\r\n", "\r", "\n\n");
        Arbitrary<String> body = Combinators.combine(line, ends)
                .as((text, end) -> text + end)
                .list()
                .ofMaxSize(25)
                .map(l -> String.join("", l));
        return Combinators.combine(Arbitraries.of("", DescriptorText.BOM), Arbitraries.of("\n", "\r\n"), body, line)
                .as((bom, end, middle, last) -> bom + "# Disk DescriptorFile" + end + middle + last);
    }

    @Provide
    Arbitrary<List<ExtentLine>> extents() {
        Arbitrary<String> names =
                Arbitraries.strings().withChars("abz-_. #=\\/'0").ofMinLength(1).ofMaxLength(12);
        Arbitrary<ExtentLine> some = Combinators.combine(
                        Arbitraries.of(Access.class),
                        Arbitraries.longs().between(0, 1L << 40),
                        Arbitraries.of(ExtentType.class).filter(type -> type != ExtentType.UNKNOWN),
                        names,
                        Arbitraries.longs().between(0, 1L << 40))
                .as((access, sectors, type, name, start) -> type == ExtentType.ZERO
                        ? ExtentLine.zero(sectors).withAccess(access)
                        : new ExtentLine(access, sectors, type, type.name(), name, start, null, null));
        return some.list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<byte[]> hostile() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<byte[]> damaged = Combinators.combine(
                        documents(),
                        Arbitraries.integers().between(0, 10_000),
                        Arbitraries.of("\0", "\"", "=", "#", " ", "9", "RW ", "99999999999999999999", "\u00C3", "../"))
                .as((text, at, bad) -> {
                    int place = at % text.length();
                    return (text.substring(0, place) + bad + text.substring(place + 1))
                            .getBytes(StandardCharsets.ISO_8859_1);
                });
        return Arbitraries.oneOf(noise, damaged);
    }
}

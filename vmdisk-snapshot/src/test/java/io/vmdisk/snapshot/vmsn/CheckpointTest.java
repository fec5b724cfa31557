package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.block;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.frame;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.framed;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.inline;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.u32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.snapshot.vmsn.CheckpointSummary.MemoryLocation;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
    @TempDir
    Path folder;

    private Checkpoint open(byte[] bytes) throws IOException {
        return Checkpoint.open(CheckpointBytes.write(folder.resolve("vm-Snapshot1.vmsn"), bytes));
    }

    @ParameterizedTest
    @EnumSource(CheckpointKind.class)
    void readsEveryMagic(CheckpointKind kind) throws IOException {
        byte[] cfg = "x".getBytes(StandardCharsets.UTF_8);
        byte[] tag = kind.hasWideLengths() ? block("cfgFile", cfg, 0) : CheckpointBytes.narrowBlock("cfgFile", cfg);

        try (Checkpoint checkpoint = open(new CheckpointBytes(kind.magic())
                .group("Snapshot", tag, u32("after", 7))
                .bytes())) {
            assertThat(checkpoint.kind()).isEqualTo(kind);
            assertThat(checkpoint.version()).isEqualTo(8);
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).hasValue(cfg);
            assertThat(checkpoint.number(checkpoint.find("Snapshot", "after").orElseThrow()))
                    .isEqualTo(7);
        }
    }

    /** The offsets are those of a public listing of an ESX 4.1 file with 92 groups. */
    @Test
    void findsValuesWhereAnEsx41FileHasThem() throws IOException {
        CheckpointBytes file = new CheckpointBytes(0xbad1bad1)
                .group(
                        "Checkpoint",
                        u32("fileversion", 0xa),
                        block("ProductName", Arrays.copyOf("VMware ESX".getBytes(StandardCharsets.US_ASCII), 256), 0),
                        block("VersionNumber", Arrays.copyOf("4.1.0".getBytes(StandardCharsets.US_ASCII), 256), 0),
                        block("BuildNumber", Arrays.copyOf("build-1".getBytes(StandardCharsets.US_ASCII), 256), 0),
                        u32("Platform", 1),
                        u32("usageMode", 1),
                        u32("memSize", 0x1800),
                        u32("maxFBSize", 0x800000))
                .group("cpu", u32("cpu:numVCPUs", 2), inline("rip", new byte[8], 0));
        for (int i = 2; i < 92; i++) {
            file.group("device" + i);
        }

        try (Checkpoint checkpoint = open(file.bytes())) {
            List<CheckpointTag> tags =
                    checkpoint.tags(checkpoint.groups().get(0)).tags();
            assertThat(tags)
                    .extracting(CheckpointTag::dataOffset)
                    .containsExactly(0x1CD9L, 0x1CFCL, 0x1E1DL, 0x1F3CL, 0x2046L, 0x2055L, 0x2062L, 0x2071L);
            assertThat(checkpoint.group("cpu").orElseThrow().offset()).isEqualTo(0x2077);
            assertThat(checkpoint.find("cpu", "cpu:numVCPUs").orElseThrow().dataOffset())
                    .isEqualTo(0x2085);
            CheckpointSummary summary = checkpoint.summary();
            assertThat(summary.product()).hasValue("VMware ESX");
            assertThat(summary.productVersion()).hasValue("4.1.0");
            assertThat(summary.build()).hasValue("build-1");
            assertThat(summary.memoryMiB()).hasValue(6144);
            assertThat(summary.processors()).hasValue(2);
            assertThat(summary.memory()).isEqualTo(MemoryLocation.NONE);
            assertThat(checkpoint.check()).extracting(Finding::id).containsExactly("vmsn.consumed");
        }
    }

    @Test
    void listsTheTagsOfA16GibFileWithoutReadingItsMemory() throws IOException {
        Path path = folder.resolve("big.vmss");
        long memory = 16L << 30;
        byte[] head = frame("Memory", memory, memory, 100, 0, 0);
        byte[] tail = CheckpointBytes.le(1000)
                .put(u32("align_mask", 0xFFFF))
                .putShort((short) 0)
                .array();
        long groupAt = 12 + 2 * 80;
        long tailAt = groupAt + head.length + memory;
        try (BlockFile out = Volume.system().open(path, OpenMode.CREATE)) {
            ByteBuffer start =
                    CheckpointBytes.le(12 + 160).putInt(0xbed2bed2).putInt(8).putInt(2);
            start.position(12).put("memory".getBytes(StandardCharsets.US_ASCII));
            start.position(12 + 64).putLong(groupAt).putLong(head.length + memory + 1000);
            start.position(92).put("Snapshot".getBytes(StandardCharsets.US_ASCII));
            byte[] parts =
                    CheckpointBytes.le(100).put(block("cfgFile", "a = \"b\"\n")).array();
            start.position(92 + 64).putLong(tailAt + 1000).putLong(100);
            out.writeFully(0, start.flip().limit(172));
            out.writeFully(groupAt, ByteBuffer.wrap(head));
            out.writeFully(tailAt, ByteBuffer.wrap(tail));
            out.writeFully(tailAt + 1000, ByteBuffer.wrap(parts));
        }

        long started = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.groups()).hasSize(2);
            assertThat(checkpoint.tags(checkpoint.groups().get(0)).tags())
                    .extracting(CheckpointTag::label)
                    .containsExactly("Memory[0][0]", "align_mask");
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).isPresent();
            assertThat(checkpoint.check()).isEmpty();
        }
        // Reading 16 GiB takes far longer than this on any machine of today.
        assertThat(System.nanoTime() - started).isLessThan(2_000_000_000L);
    }

    @Test
    void givesPartsAndScreenshotsAsTheyAre() throws IOException {
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 1, 2};
        byte[] windows1252 = {'n', '=', (byte) 0xe9, 13, 10};

        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group("MKSVMX", block("imageData", png, 0), block("checkpoint.mks.screenshot", new byte[9], 0, 3))
                .group("Snapshot", block("cfgFile", windows1252, 5), block("nvramFile", "MRVN"))
                .bytes())) {
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).hasValue(windows1252);
            assertThat(checkpoint.part(SnapshotPart.EXTENDED_CONFIGURATION)).isEmpty();
            assertThat(checkpoint.screenshots()).extracting(Screenshot::png).containsExactly(true, false);
            assertThat(checkpoint.bytes(checkpoint.screenshots().get(0).tag())).isEqualTo(png);
            assertThat(checkpoint.summary().screenshots()).isEqualTo(2);
            assertThat(checkpoint.summary().parts())
                    .containsExactly(SnapshotPart.CONFIGURATION, SnapshotPart.FIRMWARE_VARIABLES);
        }
    }

    @Test
    void showsTheMachineInsideInItsSummary() throws IOException {
        String vmx = """
                .encoding = "UTF-8"
                displayName = "caf\u00e9"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01-000001.vmdk"
                """;
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group("Snapshot", block("cfgFile", vmx))
                .bytes())) {
            assertThat(checkpoint.summary().displayName()).hasValue("caf\u00e9");
            assertThat(checkpoint.summary().disks()).containsExactly("scsi0:0=web01-000001.vmdk");
            assertThat(checkpoint.configuration().orElseThrow().displayName()).isEqualTo("caf\u00e9");
        }
    }

    @Test
    void readsTheSampleThatAScriptMade() throws IOException {
        Path sample = Path.of(System.getProperty("vmdisk.testdata"), "web01", "web01-Snapshot1.vmsn");

        try (Checkpoint checkpoint = Checkpoint.open(sample)) {
            assertThat(checkpoint.check()).isEmpty();
            assertThat(checkpoint.summary().displayName()).hasValue("web01");
        }
    }

    @Test
    void doesNotWalkSharedBytesOverAndOver() throws IOException {
        byte[] tag = u32("a", 1);
        ByteBuffer body = ByteBuffer.allocate(tag.length * 100_000 + 2);
        for (int i = 0; i < 100_000; i++) {
            body.put(tag);
        }
        CheckpointBytes file = CheckpointBytes.complete().rawGroup("g0", body.array());
        for (int i = 1; i < 2000; i++) {
            file.rawGroup("g" + i, new byte[0]);
        }
        ByteBuffer bytes = ByteBuffer.wrap(file.bytes()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < 2000; i++) {
            bytes.putLong(12 + 80 * i + 64, bytes.getLong(12 + 64)).putLong(12 + 80 * i + 72, bytes.getLong(12 + 72));
        }

        try (Checkpoint checkpoint = open(bytes.array())) {
            assertThat(checkpoint.check()).hasSize(1000);
        }
    }

    @Test
    void reportsCompressedBlocksAndHandsOutTheirStoredBytesOnly() throws IOException {
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group("Snapshot", framed(0x3e, "cfgFile", new byte[] {1, 2, 3}, 900, 2))
                .bytes())) {
            CheckpointTag tag = checkpoint.find("Snapshot", "cfgFile").orElseThrow();
            ByteBuffer stored = ByteBuffer.allocate(10);

            assertThat(tag.form()).isEqualTo(Form.COMPRESSED);
            assertThat(checkpoint.read(tag, 0, stored)).isEqualTo(3);
            assertThat(stored.array()).startsWith(1, 2, 3);
            assertThatThrownBy(() -> checkpoint.bytes(tag))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("'cfgFile' is compressed");
            assertThat(checkpoint.check()).extracting(Finding::id).containsExactly("vmsn.compressed");
        }
    }

    @Test
    void reportsWhatIsReadBeforeTheFileIsCutOff() throws IOException {
        byte[] whole = CheckpointBytes.complete()
                .group("Snapshot", block("cfgFile", "hello"), block("nvramFile", "0123456789"))
                .bytes();
        try (Checkpoint checkpoint = open(Arrays.copyOf(whole, whole.length - 6))) {
            Checkpoint.GroupTags walk = checkpoint.tags(checkpoint.groups().get(0));

            assertThat(walk.tags()).extracting(CheckpointTag::name).containsExactly("cfgFile", "nvramFile");
            assertThat(walk.damage()).isNotNull();
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).isPresent();
            assertThatThrownBy(() -> checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES))
                    .isInstanceOf(MalformedFileException.class);
            assertThatThrownBy(() -> checkpoint.part(SnapshotPart.EXTENDED_CONFIGURATION))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("'extendedConfigFile' may have been behind that");
            assertThat(checkpoint.check())
                    .extracting(Finding::id)
                    .containsExactly("vmsn.group-outside", "vmsn.tag-past-end");
            assertThat(checkpoint.summary().parts()).hasSize(2);
        }
    }

    @Test
    void acceptsAGroupWhoseSizeLeavesTheTerminatorOut() throws IOException {
        byte[] bytes = CheckpointBytes.complete()
                .group("Snapshot", block("cfgFile", "hello"))
                .bytes();
        bytes[12 + 72] -= 2;

        try (Checkpoint checkpoint = open(bytes)) {
            assertThat(checkpoint.check()).isEmpty();
        }
    }

    @Test
    void saysWhenNothingClosesAGroup() throws IOException {
        byte[] tag = u32("a", 1);

        try (Checkpoint checkpoint =
                open(CheckpointBytes.complete().rawGroup("g", tag).bytes())) {
            assertThat(checkpoint.find("g", "b")).isEmpty();
            assertThat(checkpoint.check()).extracting(Finding::id).containsExactly("vmsn.no-terminator");
        }
    }

    @Test
    void takesTheFirstOfTwoEqualTagsAndReportsThem() throws IOException {
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group("g", u32("a", 1), u32("a", 2), u32("a", 3, 0))
                .group("g")
                .bytes())) {
            assertThat(checkpoint.number(checkpoint.find("g", "a").orElseThrow()))
                    .isEqualTo(1);
            assertThat(checkpoint.check())
                    .extracting(Finding::id)
                    .containsExactly("vmsn.duplicate-group", "vmsn.duplicate-tag");
        }
    }

    /** As Player 16 does, once for each processor. */
    @Test
    void whatVmwareItselfRepeatsIsNoWarning() throws IOException {
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group(
                        "cpu",
                        u32("smmVersion", 1, 0),
                        u32("smmVersion", 1, 0),
                        u32("fpuLevelState", 1),
                        u32("fpuLevelState", 1))
                .bytes())) {
            assertThat(checkpoint.check())
                    .hasSize(2)
                    .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO));
        }
    }

    @Test
    void refusesMoreGroupsThanAnyFileHasBeforeItAllocates() throws IOException {
        byte[] bytes =
                CheckpointBytes.le(100).putInt(0xbed2bed2).putInt(8).putInt(-1).array();
        Path path = CheckpointBytes.write(folder.resolve("a.vmsn"), bytes);

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("4294967295 groups");
    }

    @Test
    void refusesATableThatTheFileIsTooShortFor() throws IOException {
        byte[] bytes =
                CheckpointBytes.le(100).putInt(0xbed2bed2).putInt(8).putInt(3).array();
        Path path = CheckpointBytes.write(folder.resolve("a.vmsn"), bytes);

        assertThatThrownBy(() -> Checkpoint.open(path)).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void refusesOtherFilesByNamingWhatItFound() throws IOException {
        Path path = CheckpointBytes.write(folder.resolve("a.vmsn"), "KDMV, not this".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("564d444b");
    }

    @Test
    void survivesSizesNearTheTopOf64Bits() throws IOException {
        for (long size : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 200}) {
            byte[] bytes = CheckpointBytes.complete()
                    .group("memory", frame("Memory", size, size, 0, 0, 0))
                    .bytes();
            Path path = CheckpointBytes.write(folder.resolve("s" + size), bytes);
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                assertThat(checkpoint.check()).extracting(Finding::id).contains("vmsn.tag-past-end");
            }
        }
    }

    @Test
    void survivesGroupsThatPointAnywhere() throws IOException {
        for (long[] entry : new long[][] {
            {-1, 10}, {Long.MAX_VALUE, Long.MAX_VALUE}, {0, -1}, {0, 4}, {90, Long.MAX_VALUE}, {1000, 0}
        }) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(CheckpointBytes.complete().group("memory").bytes());
            bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(76, entry[0]).putLong(84, entry[1]);
            Path path = CheckpointBytes.write(folder.resolve(entry[0] + "-" + entry[1]), bytes.array());
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                assertThat(checkpoint.check()).isNotEmpty();
            }
        }
    }

    @Test
    void stopsInAGroupOfCountlessTags() throws IOException {
        byte[] tag = inline("", new byte[1]);
        ByteBuffer body = ByteBuffer.allocate(3 * (TagCursor.MAX_TAGS + 1));
        while (body.hasRemaining()) {
            body.put(tag);
        }

        try (Checkpoint checkpoint =
                open(CheckpointBytes.complete().rawGroup("g", body.array()).bytes())) {
            assertThatThrownBy(() -> checkpoint.find("g", "x")).isInstanceOf(LimitExceededException.class);
            assertThatThrownBy(checkpoint::check).isInstanceOf(LimitExceededException.class);
        }
    }

    @Test
    void showsNoControlCharactersOfNames() throws IOException {
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group("\u001b[31m../x", u32("\u0007\u00e9", 1))
                .bytes())) {
            assertThat(checkpoint.summary().groups()).containsExactly("?[31m../x");
            assertThat(checkpoint.tags(checkpoint.groups().get(0)).tags().get(0).label())
                    .isEqualTo("??");
        }
    }

    @Test
    void refusesAnOldTableThatDoesNotFitTheFile() throws IOException {
        byte[] bytes = new CheckpointBytes(0xbed0bed0).group("g").bytes();
        bytes[12 + 71] = 1;
        Path path = CheckpointBytes.write(folder.resolve("a.vmsn"), bytes);

        assertThatThrownBy(() -> Checkpoint.open(path)).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void readsNumbersOfEverySizeAndRefusesOthers() throws IOException {
        try (Checkpoint checkpoint = open(CheckpointBytes.complete()
                .group(
                        "g",
                        inline("n", new byte[] {(byte) 0xff}, 1),
                        inline("n", new byte[] {1, 2}, 2),
                        inline("n", new byte[] {1, 0, 0, 0, 0, 0, 0, (byte) 0x80}, 8),
                        inline("n", new byte[9], 9))
                .bytes())) {
            List<CheckpointTag> tags =
                    checkpoint.tags(checkpoint.groups().get(0)).tags();
            assertThat(Stream.of(0, 1, 2).map(i -> {
                        try {
                            return checkpoint.number(tags.get(i));
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }))
                    .containsExactly(0xffL, 0x201L, Long.MIN_VALUE + 1);
            assertThatThrownBy(() -> checkpoint.number(tags.get(3))).isInstanceOf(MalformedFileException.class);
        }
    }
}

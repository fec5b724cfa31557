package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.block;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.inline;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.u32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.BaseEncoding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {
    private static final String EXAMPLE = "d2bed2be0800000001000000536e617073686f740000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
            + "000000005c000000000000008b000000000000003f0763666746696c6523000000000000002300000000000000"
            + "00002e656e636f64696e67203d20225554462d38220a6d656d53697a65203d20223634220a"
            + "3f096e7672616d46696c6504000000000000000400000000000000" + "00004d52564e"
            + "3f12657874656e646564436f6e66696746696c6504000000000000000400000000000000" + "00003c782f3e" + "0000";

    @TempDir
    Path folder;

    private final Volume volume = Volume.system();

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes(Path file) throws IOException {
        return volume.readAll(file, 1 << 20);
    }

    @Test
    void writesThePoweredOffExampleByteForByte() throws IOException {
        Path path = folder.resolve("vm-Snapshot1.vmsn");

        CheckpointWriter.writePoweredOff(
                path,
                volume,
                Map.of(
                        SnapshotPart.EXTENDED_CONFIGURATION, text("<x/>"),
                        SnapshotPart.FIRMWARE_VARIABLES, text("MRVN"),
                        SnapshotPart.CONFIGURATION, text(".encoding = \"UTF-8\"\nmemSize = \"64\"\n")));

        assertThat(bytes(path))
                .hasSize(231)
                .isEqualTo(BaseEncoding.base16().lowerCase().decode(EXAMPLE));
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES)).hasValue(text("MRVN"));
            assertThat(checkpoint.check()).isEmpty();
        }
    }

    @Test
    void refusesToWriteACheckpointWithoutConfiguration() {
        assertThatThrownBy(() -> CheckpointWriter.writePoweredOff(folder.resolve("x"), volume, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static CheckpointBytes threeGroups() {
        return CheckpointBytes.complete()
                .group("cpu", u32("cpu:numVCPUs", 1), block("gpregs", new byte[128], 6, 0))
                .group(
                        "Snapshot",
                        inline("unknown", new byte[] {1, 2, 3}, 4, 5),
                        block("cfgFile", text("old configuration"), 3),
                        block("nvramFile", "MRVN"))
                .group("memory", block("Memory", new byte[4096], 100, 0, 0));
    }

    private byte[] rewrite(byte[] source, String configuration) throws IOException {
        Path path = CheckpointBytes.write(folder.resolve("source.vmsn"), source);
        Path target = folder.resolve("target.vmsn");
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            CheckpointWriter.rewrite(
                    checkpoint, target, Map.of(SnapshotPart.CONFIGURATION, text(configuration)), Progress.NONE);
        }
        try (Checkpoint checkpoint = Checkpoint.open(target)) {
            assertThat(checkpoint.check()).isEmpty();
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).hasValue(text(configuration));
            assertThat(checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES)).hasValue(text("MRVN"));
            assertThat(checkpoint.find("Snapshot", "unknown", 4, 5)).isPresent();
        }
        byte[] result = bytes(target);
        volume.delete(path);
        volume.delete(target);
        return result;
    }

    @Test
    void givesTheSameBytesWhenNothingChanges() throws IOException {
        byte[] source = threeGroups().bytes();

        assertThat(rewrite(source, "old configuration")).isEqualTo(source);
    }

    @Test
    void keepsEveryOtherGroupInItsPlaceWhenThePartShrinks() throws IOException {
        byte[] source = threeGroups().bytes();

        byte[] result = rewrite(source, "new");

        assertThat(result).hasSameSizeAs(source);
        assertOthersUntouched(source, result);
        assertThat(new String(result, StandardCharsets.ISO_8859_1)).doesNotContain("old configuration");
    }

    @Test
    void movesTheGroupToTheEndWhenItNeedsRoomAndWipesItsOldPlace() throws IOException {
        byte[] source = threeGroups().bytes();

        byte[] result = rewrite(source, "a much longer configuration than before");

        assertThat(result.length).isGreaterThan(source.length);
        assertOthersUntouched(source, result);
        assertThat(new String(result, StandardCharsets.ISO_8859_1)).doesNotContain("old configuration");
    }

    private static void assertOthersUntouched(byte[] source, byte[] result) {
        String names = new String(source, StandardCharsets.ISO_8859_1);
        int snapshotAt = names.indexOf("unknown") - 2;
        int memoryAt = names.indexOf("Memory\0") - 2;
        assertThat(Arrays.copyOfRange(result, 12 + 240, snapshotAt))
                .isEqualTo(Arrays.copyOfRange(source, 12 + 240, snapshotAt));
        assertThat(Arrays.copyOfRange(result, memoryAt, source.length))
                .isEqualTo(Arrays.copyOfRange(source, memoryAt, source.length));
    }

    @Test
    void growsAndShrinksInPlaceAtTheEndOfTheFile() throws IOException {
        CheckpointBytes last = CheckpointBytes.complete()
                .group("cpu")
                .group("Snapshot", block("cfgFile", "abc"), block("nvramFile", "MRVN"), u32("unknown", 9, 4, 5));
        byte[] source = last.bytes();

        byte[] longer = rewrite(source, "abcdef");

        assertThat(longer).hasSize(source.length + 3);
        assertThat(rewrite(longer, "abc")).isEqualTo(source);
        assertThat(rewrite(source, "")).hasSize(source.length - 3);
    }

    @Test
    void keepsASizeThatLeavesTheTerminatorOut() throws IOException {
        byte[] source = threeGroups().bytes();
        source[12 + 80 + 72] -= 2;

        assertThat(rewrite(source, "old configuration")).isEqualTo(source);
        assertThat(rewrite(source, "a much longer configuration than before").length)
                .isGreaterThan(source.length);
    }

    @Test
    void keepsBytesBehindTheTerminatorOfTheGroup() throws IOException {
        byte[] source = threeGroups().bytes();
        byte[] body = CheckpointBytes.le(100)
                .put(block("cfgFile", "abc"))
                .put(block("nvramFile", "MRVN"))
                .put(u32("unknown", 0, 4, 5))
                .putShort((short) 0)
                .put(text("tail"))
                .array();
        source =
                CheckpointBytes.complete().rawGroup("Snapshot", body).group("z").bytes();

        assertThat(new String(rewrite(source, "longer than abc"), StandardCharsets.ISO_8859_1))
                .contains("tail");
    }

    @Test
    void addsAPartThatWasNotThere() throws IOException {
        Path path = CheckpointBytes.complete()
                .group("Snapshot", block("cfgFile", "abc"))
                .write(folder.resolve("a.vmsn"));

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            CheckpointWriter.rewrite(
                    checkpoint, path, Map.of(SnapshotPart.FIRMWARE_VARIABLES, text("MRVN")), Progress.NONE);
        }

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES)).hasValue(text("MRVN"));
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION)).hasValue(text("abc"));
        }
    }

    @Test
    void keepsTheMagicOfAResumedCheckpoint() throws IOException {
        Path path = new CheckpointBytes(0xbad1bad1)
                .group("Snapshot", block("cfgFile", "abc"))
                .write(folder.resolve("a.vmss"));

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            CheckpointWriter.rewrite(checkpoint, path, Map.of(SnapshotPart.CONFIGURATION, text("d")), Progress.NONE);
        }

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.kind()).isEqualTo(CheckpointKind.RESTORED);
        }
    }

    @Test
    void refusesToRewriteOldOrPartlessOrDamagedOnes() throws IOException {
        byte[] overlapping = threeGroups().bytes();
        overlapping[12 + 160 + 64] = overlapping[12 + 80 + 64];
        overlapping[12 + 160 + 65] = overlapping[12 + 80 + 65];
        byte[] cut = CheckpointBytes.complete()
                .rawGroup("Snapshot", Arrays.copyOf(block("cfgFile", "hello"), 20))
                .bytes();

        assertRefused(new CheckpointBytes(0xbed0bed0).group("Snapshot").bytes(), UnsupportedFeatureException.class);
        assertRefused(CheckpointBytes.complete().group("x").bytes(), UnsupportedFeatureException.class);
        assertRefused(overlapping, MalformedFileException.class);
        assertRefused(cut, MalformedFileException.class);
    }

    private void assertRefused(byte[] source, Class<? extends Exception> how) throws IOException {
        Path path = CheckpointBytes.write(folder.resolve("a.vmsn"), source);
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThatThrownBy(() -> CheckpointWriter.rewrite(
                            checkpoint, path, Map.of(SnapshotPart.CONFIGURATION, text("n")), Progress.NONE))
                    .isInstanceOf(how);
        }
        assertThat(bytes(path)).isEqualTo(source);
        assertThat(volume.list(folder)).containsExactly(path);
        volume.delete(path);
    }
}

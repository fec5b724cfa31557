package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamImportTest {
    private static final int SECTOR = StreamBytes.SECTOR;
    private static final int GRAIN = StreamBytes.GRAIN;
    private static final Path NAME = Path.of("-");

    @TempDir
    Path folder;

    private final byte[] one = Patterns.text(1, GRAIN);
    private final byte[] two = Patterns.text(2, GRAIN);
    /** Nothing is forced to a disk here. */
    private final Path memory = Jimfs.newFileSystem(Configuration.unix()).getPath("/work");

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_THIN", "RAW"})
    void turnsAStreamOfOursIntoOtherDisks(DiskFormat format) throws IOException {
        byte[] content = Patterns.mixed(3, (5 << 20) + 1536);
        byte[] stream = ours(content);

        Path target = folder.resolve("target.vmdk");
        StreamImport source = StreamImport.open(new ByteArrayInputStream(stream), NAME, StreamImport.Damage.REFUSE);
        assertThat(source.capacity()).isEqualTo(content.length);
        assertThat(source.descriptor().orElseThrow().hardwareVersion()).hasValue(19);
        Imported result =
                source.into(target, CreateSpec.of(format, source.capacity()), 2, Volume.system(), Progress.NONE);

        assertThat(result).isEqualTo(new Imported(content.length, List.of(), List.of()));
        assertThat(read(target, format)).isEqualTo(content);
        if (format != DiskFormat.RAW) {
            Path back = folder.resolve("back.raw");
            Qemu.toRaw("vmdk", target, back);
            assertThat(Files.readAllBytes(back)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 100 * GRAIN / 512 + 3})
    void readsStreamsOfQemuWhoseTablesComeFirst(int sectors) throws IOException {
        byte[] content = Patterns.mixed(sectors, sectors * SECTOR);
        content[0] = 1;

        Disk disk = imported(Files.readAllBytes(qemuStream(content)));

        assertThat(disk.bytes).isEqualTo(content);
        assertThat(disk.result.findings()).isEmpty();
    }

    @Test
    void readsAStreamThatQemuHasWrittenToInPlace() throws IOException {
        byte[] content = Arrays.copyOf(Patterns.text(1, 100_000), 10 * GRAIN);
        Path stream = qemuStream(content);
        Qemu.io("vmdk", stream, "write -P 0x5a 524288 64k", "write -P 0x5b 262144 64k");
        Arrays.fill(content, 524_288, 524_288 + GRAIN, (byte) 0x5a);
        Arrays.fill(content, 262_144, 262_144 + GRAIN, (byte) 0x5b);

        Disk disk = imported(Files.readAllBytes(stream));

        assertThat(disk.bytes).isEqualTo(content);
        assertThat(ids(disk)).containsOnly("stream.gap");
    }

    @Test
    void goesByTypeWhereMarkersCountNothing() throws IOException {
        byte[] stream = start(4).grain(0, one).grain(2, two).table(0).end(0, 0);

        Disk disk = imported(stream);

        assertThat(disk.bytes).isEqualTo(join(one, null, two, null));
        assertThat(ids(disk)).containsOnly("stream.marker-value");
    }

    @Test
    void readsManyTablesBehindOneMarkerThatCountsNothing() throws IOException {
        StreamBytes bytes = start(600).grain(0, one);
        // A table that begins like the head of grain 1 of 258 bytes, then one of the second 512 grains.
        byte[] first = new byte[4 * SECTOR];
        ByteBuffer.wrap(first)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(0, 128)
                .putInt(8, 258);
        byte[] stream =
                bytes.grain(520, two).marker(0, 1).bytes(first).bareTable().end(0, 0);

        Disk disk = imported(stream);

        byte[] expected = new byte[600 * GRAIN];
        System.arraycopy(one, 0, expected, 0, GRAIN);
        System.arraycopy(two, 0, expected, 520 * GRAIN, GRAIN);
        assertThat(disk.bytes).isEqualTo(expected);
    }

    @Test
    void passesOverMarkersItDoesNotKnow() throws IOException {
        byte[] stream = start(4).marker(0, 4)
                .grain(0, one)
                .marker(2, 4)
                .bytes(Patterns.random(1, 2 * SECTOR))
                .marker(1, 77)
                .bytes(Patterns.random(2, SECTOR))
                .grain(1, two)
                .table(4)
                .end();

        Disk disk = imported(stream);

        assertThat(disk.bytes).isEqualTo(join(one, two, null, null));
        assertThat(ids(disk)).containsOnly("stream.marker-4", "stream.marker-unknown");
    }

    @Test
    void readsBareDeflateAndGrainsInAnyOrder() throws IOException {
        byte[] stream = start(4).grain(3, one).bareGrain(1, two).table(4).end();

        Disk disk = imported(stream);

        assertThat(disk.bytes).isEqualTo(join(null, two, null, one));
        assertThat(ids(disk)).containsExactly("stream.bare-deflate");
    }

    @Test
    void tellsOfAFooterThatDoesNotSayWhereTheTablesAre() throws IOException {
        StreamBytes bytes = start(4).grain(0, one).table(4).directory(1);
        byte[] stream = bytes.marker(1, 3).bytes(bytes.header(-1)).marker(0, 0).toBytes();

        assertThat(ids(imported(stream))).containsExactly("stream.footer");
    }

    @Test
    void tellsOfGrainsThatCountMoreThanTheyHold() throws IOException {
        Deflater deflater = new Deflater();
        deflater.setInput(one);
        deflater.finish();
        byte[] packed = new byte[2 * GRAIN];
        int length = deflater.deflate(packed);
        deflater.end();
        byte[] stream = start(4).packed(0, length + 8, Arrays.copyOf(packed, length + 8))
                .table(4)
                .end();

        Disk disk = imported(stream);

        assertThat(disk.bytes).isEqualTo(join(one, null, null, null));
        assertThat(ids(disk)).containsExactly("stream.grain-surplus");
    }

    @Test
    void tellsOfGrainsThatNoTableNamesAndOfAnEndThatIsNotFilledUp() throws IOException {
        byte[] content = Patterns.random(1, 3 * GRAIN);
        byte[] stream = Files.readAllBytes(qemuStream(content));
        ByteBuffer bytes = ByteBuffer.wrap(stream).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int table = bytes.getInt((int) bytes.getLong(56) * SECTOR) * SECTOR;
        byte[] cut = Arrays.copyOf(stream, lastByte(stream) + 1);
        bytes.putInt(table + 4, 0);

        Disk unlisted = imported(stream);

        assertThat(unlisted.bytes).isEqualTo(content);
        assertThat(ids(unlisted)).contains("stream.grain-unlisted");
        assertThat(ids(imported(cut))).containsExactly("stream.padding");
    }

    @Test
    void readsALastGrainThatIsCutAtTheEndOfTheDisk() throws IOException {
        byte[] tail = Arrays.copyOf(one, 1536);
        byte[] cut = new StreamBytes(131)
                .start(131)
                .grain(0, two)
                .grain(1, tail)
                .table(4)
                .end();
        byte[] whole = new StreamBytes(256)
                .start(131)
                .grain(0, two)
                .grain(1, one)
                .table(4)
                .end();

        assertThat(imported(cut).bytes).isEqualTo(concat(two, tail));
        assertThat(imported(whole).bytes).isEqualTo(concat(two, tail));
    }

    @Test
    void readsOldVersionsAndStreamsWithoutDescriptor() throws IOException {
        byte[] stream =
                new StreamBytes(256).version(1).start("").grain(1, two).table(4).end();

        assertThat(imported(stream).bytes).isEqualTo(join(null, two));
    }

    @Test
    void tellsOfAnEndThatIsMissingInPart() throws IOException {
        byte[] whole = start(2).grain(0, one).table(4).end();
        byte[] noEnd = Arrays.copyOf(whole, whole.length - SECTOR);
        byte[] noFooter =
                start(2).grain(0, one).table(4).directory(1).marker(0, 0).toBytes();

        assertThat(ids(imported(whole))).isEmpty();
        assertThat(ids(imported(noEnd))).containsExactly("stream.end-missing");
        assertThat(ids(imported(noFooter))).containsExactly("stream.footer-missing");
        assertThat(imported(noFooter).bytes).isEqualTo(join(one, null));
    }

    @Test
    void tellsOfDataBehindTheEndButNotOfZeros() throws IOException {
        byte[] whole = start(2).grain(0, one).table(4).end();

        assertThat(ids(imported(Arrays.copyOf(whole, whole.length + 10_240)))).isEmpty();
        assertThat(ids(imported(Arrays.copyOf(whole, whole.length + 100)))).isEmpty();
        assertThat(ids(imported(concat(whole, Patterns.random(1, 512))))).containsExactly("stream.trailing");
    }

    @Test
    void refusesGrainsThatCannotBe() {
        assertThatRefused(start(2).grain(0, one).grain(0, two), "grain 0 comes a second time");
        assertThatRefused(start(2).grain(2, one), "virtual sector 256");
        assertThatRefused(start(2).packed(7, 12, new byte[12]), "virtual sector 7");
        assertThatRefused(start(2).packed(-128, 12, new byte[12]), "virtual sector 18446744073709551488");
        assertThatRefused(start(2).packed(0, -1, new byte[12]), "4294967295 bytes");
        assertThatRefused(start(2).packed(0, 131_585, new byte[131_585]), "131585 bytes");
        assertThatRefused(start(2).packed(0, 20, Patterns.random(1, 20)), "is damaged");
        assertThatRefused(start(2).grain(0, new byte[GRAIN + 1]), "is damaged");
        assertThatRefused(start(2).grain(0, new byte[GRAIN - 1]), "it holds 65535 bytes");
        assertThatRefused(start(2).grain(0, one).marker(Long.MAX_VALUE, 9), "unknown type 9");
        assertThatRefused(start(2).grain(0, one).marker(3, 0), "neither a grain nor a marker");
        assertThatRefused(start(2).bytes(new byte[2 << 20]).grain(0, one), "sectors of zeros");
    }

    @Test
    void refusesAPresetDictionary() {
        java.util.zip.Deflater deflater = new java.util.zip.Deflater();
        deflater.setDictionary(Patterns.text(4, 1000));
        deflater.setInput(one);
        deflater.finish();
        byte[] packed = new byte[GRAIN];
        int length = deflater.deflate(packed);
        deflater.end();

        assertThatRefused(start(2).packed(0, length, Arrays.copyOf(packed, length)), "dictionary");
    }

    @Test
    void refusesAGrainWhoseHeadTheTableContradicts() throws IOException {
        byte[] stream = start(4).grain(0, one).grain(2, two).table(4).end();
        int headOfSecond = 128 * SECTOR
                + (12
                                + ByteBuffer.wrap(stream)
                                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                        .getInt(128 * SECTOR + 8)
                                + 511)
                        / 512
                        * 512;
        stream[headOfSecond + 1] = 0;
        stream[headOfSecond] = (byte) 128;

        assertThatThrownBy(() -> imported(stream))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("a table contradicts");
        assertThat(salvaged(stream).result.unreadable()).containsExactly(new ByteRange(GRAIN, 2 * GRAIN));
    }

    @Test
    void refusesWhatIsNoWholeStream() throws IOException {
        byte[] sparse = Files.readAllBytes(sparseDisk());
        assertThatThrownBy(() -> open(sparse)).isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> open(new byte[0])).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> open(Patterns.random(1, 4096))).isInstanceOf(MalformedFileException.class);
        byte[] delta = new StreamBytes(128)
                .start("# Disk DescriptorFile\nCID=1\nparentCID=2\nRDONLY 128 SPARSE \"a\"\n")
                .end();
        assertThatThrownBy(() -> open(delta))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("parent");
        assertThatThrownBy(() -> open(new StreamBytes(256).start(100).end()))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("100 sectors, the header 256");
    }

    @Test
    void refusesHeadersThatClaimTooMuchWithoutTakingMemory() {
        byte[] stream = start(2).end();
        for (int field : new int[] {28, 36, 64}) {
            for (long value : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 1 << 20}) {
                byte[] hostile = stream.clone();
                ByteBuffer.wrap(hostile).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(field, value);
                assertThatThrownBy(() -> imported(hostile))
                        .as("field %d value %d", field, value)
                        .isInstanceOf(io.vmdisk.VmdiskException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noticesACutAtAnySectorAndSalvagesWhatCameBefore(boolean tablesFirst) throws IOException {
        byte[] content = concat(Patterns.text(5, 3 * GRAIN), new byte[GRAIN], Patterns.mixed(6, 2 * GRAIN + 512));
        byte[] stream = tablesFirst ? Files.readAllBytes(qemuStream(content)) : ours(content);
        // QEMU leaves zeros behind its last grain.
        int complete = tablesFirst ? lastByte(stream) / SECTOR * SECTOR : stream.length - 3 * SECTOR;
        for (int length = 130 * SECTOR; length < complete; length += 3 * SECTOR) {
            byte[] cut = Arrays.copyOf(stream, length);
            assertThatThrownBy(() -> imported(cut))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("the stream was cut: it ends after " + cut.length + " bytes")
                    .hasMessageContaining("whole");
            Disk disk = salvaged(cut);
            assertThat(disk.bytes).isEqualTo(without(content, disk.result.unreadable()));
            assertThat(disk.result.findings()).anyMatch(f -> f.severity() == Finding.Severity.ERROR);
            assertThat(ids(disk)).contains("stream.damaged");
        }
        Disk disk = salvaged(Arrays.copyOf(stream, stream.length * 2 / 3));
        assertThat(disk.result.unreadable()).isNotEmpty();
        assertThat(disk.result.unreadable().get(0).start()).isPositive();
    }

    @Test
    void salvagesGrainsBehindDamage() throws IOException {
        byte[] content = concat(one, two, Patterns.text(3, GRAIN), Patterns.text(4, GRAIN), new byte[3 * GRAIN]);
        byte[] stream = ours(content);
        byte[] badData = stream.clone();
        badData[130 * SECTOR] ^= 1;
        byte[] badHead = stream.clone();
        Arrays.fill(badHead, 128 * SECTOR, 129 * SECTOR, (byte) 0x7f);

        for (byte[] damaged : List.of(badData, badHead)) {
            assertThatThrownBy(() -> imported(damaged)).isInstanceOf(MalformedFileException.class);
            Disk disk = salvaged(damaged);
            assertThat(disk.result.unreadable()).containsExactly(new ByteRange(0, GRAIN));
            assertThat(disk.bytes).isEqualTo(without(content, disk.result.unreadable()));
        }
    }

    @Test
    void listsAllThatDidNotComeWhereGrainsHaveNoOrder() throws IOException {
        StreamBytes bytes = start(4).grain(2, one).grain(0, two);

        Disk disk = salvaged(bytes.toBytes());

        assertThat(disk.bytes).isEqualTo(join(two, null, one, null));
        assertThat(disk.result.unreadable())
                .containsExactly(new ByteRange(GRAIN, GRAIN), new ByteRange(3 * GRAIN, GRAIN));
    }

    @Test
    void overwritesADiskThatHasContentAndLeavesWhatLiesBehindItsEnd() throws IOException {
        byte[] content = join(one, null, two, null);
        Path target = folder.resolve("target.vmdk");
        byte[] old = Patterns.random(1, 6 * GRAIN);
        convert(old, target, DiskFormat.MONOLITHIC_SPARSE);

        try (VirtualDisk disk = VirtualDisk.open(target, OpenOptions.writable())) {
            open(ours(content)).over(disk, 2, Progress.NONE);
        }

        byte[] expected = old.clone();
        System.arraycopy(content, 0, expected, 0, content.length);
        assertThat(java.util.Arrays.mismatch(read(target, DiskFormat.MONOLITHIC_SPARSE), expected))
                .isEqualTo(-1);
    }

    @Test
    void refusesATargetThatIsTooSmallOrAStreamItself() throws IOException {
        byte[] stream = ours(one);
        Path target = folder.resolve("target.vmdk");

        assertThatThrownBy(() -> into(open(stream), target, CreateSpec.of(DiskFormat.RAW, GRAIN - 512)))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> into(open(stream), target, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, GRAIN)))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void leavesNothingBehindWhenCancelledOrWhenTheStreamIsDamaged() throws IOException {
        byte[] stream = ours(Patterns.text(1, 4 << 20));
        Path target = folder.resolve("target.vmdk");
        Progress cancelling = new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        };
        CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 4 << 20);

        assertThatThrownBy(() -> open(stream).into(target, spec, 2, Volume.system(), cancelling))
                .isInstanceOf(OperationCancelledException.class);
        stream[stream.length - 20 * SECTOR] ^= 1;
        assertThatThrownBy(() -> into(open(stream), target, spec)).isInstanceOf(MalformedFileException.class);
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.toString().endsWith(".raw"))).isEmpty();
        }
    }

    @Test
    void readsFromAPipeThatGivesAFewBytesAtATime() throws IOException {
        byte[] content = Patterns.mixed(8, 9 * GRAIN);
        InputStream slow = new ByteArrayInputStream(ours(content)) {
            @Override
            public synchronized int read(byte[] into, int at, int length) {
                return super.read(into, at, Math.min(length, 77));
            }
        };

        Path target = folder.resolve("target.raw");
        into(
                StreamImport.open(slow, NAME, StreamImport.Damage.REFUSE),
                target,
                CreateSpec.of(DiskFormat.RAW, content.length));

        assertThat(Files.readAllBytes(target)).isEqualTo(content);
    }

    // ------------------------------------------------------------------------------------------------ helpers

    private record Disk(byte[] bytes, Imported result) {}

    private static StreamBytes start(int grains) {
        return new StreamBytes(128L * grains).start(128L * grains);
    }

    private void assertThatRefused(StreamBytes stream, String text) {
        byte[] bytes = stream.table(4).end();
        assertThatThrownBy(() -> imported(bytes))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(text);
    }

    private static StreamImport open(byte[] stream) throws IOException {
        return StreamImport.open(new ByteArrayInputStream(stream), NAME, StreamImport.Damage.REFUSE);
    }

    private Disk imported(byte[] stream) throws IOException {
        return into(open(stream));
    }

    private Disk salvaged(byte[] stream) throws IOException {
        return into(StreamImport.open(new ByteArrayInputStream(stream), NAME, StreamImport.Damage.SALVAGE));
    }

    private Disk into(StreamImport source) throws IOException {
        Path target = memory.resolve("target.raw");
        Imported result = into(source, target, CreateSpec.of(DiskFormat.RAW, source.capacity()));
        byte[] bytes = Files.readAllBytes(target);
        Files.delete(target);
        return new Disk(bytes, result);
    }

    private static Imported into(StreamImport source, Path target, CreateSpec spec) throws IOException {
        return source.into(target, spec, 2, Volume.system(), Progress.NONE);
    }

    private static List<String> ids(Disk disk) {
        return disk.result.findings().stream().map(Finding::id).toList();
    }

    private byte[] ours(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VirtualDisk source = VirtualDisk.openRaw(raw(content), OpenOptions.readOnly())) {
            new StreamExport(2, 6, Progress.NONE)
                    .toChannel(
                            source,
                            Channels.newChannel(out),
                            CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, content.length),
                            Path.of("ours.vmdk"));
        }
        return out.toByteArray();
    }

    private Path qemuStream(byte[] content) throws IOException {
        Path stream = folder.resolve("qemu.vmdk");
        Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw(content), stream);
        return stream;
    }

    private Path sparseDisk() throws IOException {
        Path sparse = folder.resolve("sparse.vmdk");
        convert(one, sparse, DiskFormat.MONOLITHIC_SPARSE);
        return sparse;
    }

    private void convert(byte[] content, Path target, DiskFormat format) throws IOException {
        try (VirtualDisk source = VirtualDisk.openRaw(raw(content), OpenOptions.readOnly())) {
            new DiskConverter(2, Volume.system(), Progress.NONE)
                    .convert(source, target, CreateSpec.of(format, content.length));
        }
    }

    private Path raw(byte[] content) throws IOException {
        Path raw = folder.resolve("source.raw");
        Files.write(raw, content);
        return raw;
    }

    private static byte[] read(Path target, DiskFormat format) throws IOException {
        try (VirtualDisk disk = format == DiskFormat.RAW
                ? VirtualDisk.openRaw(target, OpenOptions.readOnly())
                : VirtualDisk.open(target)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    private static int lastByte(byte[] stream) {
        int at = stream.length - 1;
        while (stream[at] == 0) {
            at--;
        }
        return at;
    }

    private static byte[] without(byte[] content, List<ByteRange> lost) {
        byte[] left = content.clone();
        lost.forEach(range -> Arrays.fill(left, (int) range.start(), (int) range.end(), (byte) 0));
        return left;
    }

    private static byte[] join(byte[]... grains) {
        byte[] all = new byte[grains.length * GRAIN];
        for (int i = 0; i < grains.length; i++) {
            if (grains[i] != null) {
                System.arraycopy(grains[i], 0, all, i * GRAIN, GRAIN);
            }
        }
        return all;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}

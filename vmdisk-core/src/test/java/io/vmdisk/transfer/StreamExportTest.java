package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamExportTest {
    private static final int SECTOR = 512;
    private static final int GRAIN = 65536;

    @TempDir
    Path folder;

    private final DiskConverter converter = new DiskConverter(2, Volume.system(), Progress.NONE);

    @Test
    void laysOutTheExampleOfTheFormatPage() throws IOException {
        byte[] content = new byte[3_148_288];
        for (int i = 0; i < GRAIN; i++) {
            content[i] = (byte) ('A' + i % 8);
        }
        System.arraycopy(Patterns.random(3, GRAIN), 0, content, 2 * GRAIN, GRAIN);
        java.util.Arrays.fill(content, 48 * GRAIN, content.length, (byte) 'Z');

        byte[] stream = Files.readAllBytes(export(raw(content)));

        StrictStream read = StrictStream.read(stream);
        assertThat(read.content()).isEqualTo(content);
        assertThat(read.layout())
                .containsExactly(
                        "128 grain 0",
                        "129 grain 256",
                        "258 grain 6144",
                        "259 table marker",
                        "260 table",
                        "264 directory marker",
                        "265 directory",
                        "266 footer marker",
                        "267 footer",
                        "268 end");
    }

    @Test
    void leavesOutTablesWithoutGrains() throws IOException {
        Path raw = folder.resolve("source.raw");
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(96L << 20);
            file.seek(40L << 20);
            file.write(Patterns.text(1, 700));
        }

        Path target = export(raw);

        assertThat(StrictStream.read(Files.readAllBytes(target)).layout())
                .contains("128 grain 81920", "130 table", "135 directory", "137 footer", "138 end");
        assertThat(Files.size(target)).isEqualTo(139 * SECTOR);
        assertThat(Qemu.tryImg("compare", "-f", "vmdk", "-F", "raw", target, raw)
                        .exitCode())
                .isZero();
    }

    @Test
    void writesAWholeFileForADiskWithoutData() throws IOException {
        Path empty = folder.resolve("empty.vmdk");
        StagedDisk.createEmpty(
                empty, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 8L << 30), Volume.system(), Progress.NONE);
        Path target = folder.resolve("target.vmdk");
        try (VirtualDisk source = VirtualDisk.open(empty)) {
            converter.convert(source, target, spec(source));
        }

        ByteBuffer stream = ByteBuffer.wrap(Files.readAllBytes(target)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(stream.capacity()).isEqualTo(134 * SECTOR);
        assertThat(stream.getLong(128 * SECTOR)).isEqualTo(2);
        assertThat(stream.getInt(128 * SECTOR + 12)).isEqualTo(2);
        assertThat(stream.getInt(131 * SECTOR + 12)).isEqualTo(3);
        assertThat(stream.getLong(132 * SECTOR + 56)).isEqualTo(129);
        assertThat(Qemu.img("info", target)).contains("8 GiB");
        try (VirtualDisk disk = VirtualDisk.open(target)) {
            assertThat(disk.runs(0, disk.capacity())).allMatch(io.vmdisk.Run.Unallocated.class::isInstance);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, GRAIN - 512, GRAIN, 5 * GRAIN + 1536, (33 << 20) + 512})
    void isReadTheSameByAllReaders(int capacity) throws IOException {
        byte[] content = Patterns.mixed(capacity, capacity);
        content[capacity - 1] = 1;

        Path target = export(raw(content));

        assertThat(StrictStream.read(Files.readAllBytes(target)).content()).isEqualTo(content);
        assertThat(bytes(target)).isEqualTo(content);
        Path back = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", target, back);
        assertThat(Files.readAllBytes(back)).isEqualTo(content);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", target).exitCode()).isZero();
        assertThat(leftovers()).isEmpty();
    }

    /** A grain of 64 KiB may take a hundred bytes, and less than 64 KiB may follow it. */
    @Test
    void isWholeThoughItsGrainsAreShorterThanWhatTheyHold() throws IOException {
        byte[] content = new byte[5 * GRAIN];
        content[content.length - 1] = 1;

        try (VirtualDisk stream = VirtualDisk.open(export(raw(content)))) {
            stream.requireWhole();
        }
    }

    @Test
    void writesTheSameToAPipeAsToAFile() throws IOException {
        byte[] content = Patterns.mixed(5, (2 << 20) + 512);
        Path raw = raw(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            export(2, 6).toChannel(source, Channels.newChannel(out), spec(source), Path.of("web01.vmdk"));
        }

        StrictStream read = StrictStream.read(out.toByteArray());

        assertThat(read.content()).isEqualTo(content);
        assertThat(read.descriptorText()).contains("RDONLY 4097 SPARSE \"web01.vmdk\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void packsAtTheLevelThatIsAskedFor(int level) throws IOException {
        byte[] content = Patterns.text(9, 1 << 20);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream standard = new ByteArrayOutputStream();
        try (VirtualDisk source = VirtualDisk.openRaw(raw(content), OpenOptions.readOnly())) {
            export(2, level).toChannel(source, Channels.newChannel(out), spec(source), Path.of("a.vmdk"));
            export(2, 5).toChannel(source, Channels.newChannel(standard), spec(source), Path.of("a.vmdk"));
        }

        assertThat(StrictStream.read(out.toByteArray()).content()).isEqualTo(content);
        assertThat(Integer.signum(out.size() - standard.size())).isEqualTo(level == 1 ? 1 : -1);
    }

    /** As in measurements: texts, records, noise and all of them. What stands around the grains is of fixed size. */
    @Test
    void itsGrainsTakeNoMoreThanThoseOfQemuImg() throws IOException {
        int part = 2 << 20;
        byte[] content = Patterns.mixed(3, 4 * part);
        System.arraycopy(Patterns.text(1, part), 0, content, 0, part);
        System.arraycopy(Patterns.numbered(4, part), 0, content, part, part);
        System.arraycopy(Patterns.random(5, part), 0, content, 2 * part, part);
        Path raw = raw(content);
        Path theirs = folder.resolve("theirs.vmdk");
        Qemu.img("convert", "-q", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, theirs);

        long before = 128;
        long after = 1 + 4 + 2 + 2 + 1;
        long ours = Files.size(export(raw)) / SECTOR - before - after;

        // Theirs has zeros behind the last grain.
        byte[] stream = Files.readAllBytes(theirs);
        int end = stream.length;
        while (stream[end - 1] == 0) {
            end--;
        }
        assertThat(ours).isPositive().isLessThanOrEqualTo(Sector.ceilDiv(end, SECTOR) - before);
    }

    @Test
    void describesTheDiskAsVmwareDoes() throws IOException {
        Path target = folder.resolve("target.vmdk");
        try (VirtualDisk source = VirtualDisk.openRaw(raw(Patterns.text(1, GRAIN)), OpenOptions.readOnly())) {
            converter.convert(
                    source, target, spec(source).withAdapter(AdapterType.IDE).withHardwareVersion(13));
        }

        String text = StrictStream.read(Files.readAllBytes(target)).descriptorText();

        assertThat(text)
                .contains(
                        "RDONLY 128 SPARSE \"target.vmdk\"",
                        "ddb.adapterType = \"ide\"",
                        "ddb.geometry.heads = \"16\"",
                        "ddb.geometry.sectors = \"63\"",
                        "ddb.toolsInstallType = \"4\"",
                        "ddb.toolsVersion = \"2147483647\"",
                        "ddb.virtualHWVersion = \"13\"")
                .containsPattern("ddb.longContentID = \"[0-9a-f]{32}\"")
                .containsPattern("ddb.uuid = \"[0-9a-fC -]{47}\"")
                .doesNotContain("CID=fffffffe");
        try (VirtualDisk disk = VirtualDisk.open(target)) {
            assertThat(disk.links().get(0).descriptor().createType()).isEqualTo(CreateType.STREAM_OPTIMIZED);
            assertThat(disk.links().get(0).descriptor().findings()).isEmpty();
        }
    }

    @Test
    void growsTheDiskWhereAskedTo() throws IOException {
        byte[] content = Patterns.filled(7, GRAIN + 512);
        Path target = folder.resolve("target.vmdk");
        try (VirtualDisk source = VirtualDisk.openRaw(raw(content), OpenOptions.readOnly())) {
            converter.convert(source, target, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, 4 * GRAIN));
        }

        assertThat(StrictStream.read(Files.readAllBytes(target)).content())
                .isEqualTo(java.util.Arrays.copyOf(content, 4 * GRAIN));
    }

    @Test
    void refusesWhatAStreamCannotBe() throws IOException {
        try (VirtualDisk source = VirtualDisk.openRaw(raw(Patterns.text(1, GRAIN)), OpenOptions.readOnly())) {
            Path target = folder.resolve("target.vmdk");
            assertThatThrownBy(
                            () -> converter.convert(source, target, spec(source).withGrainBytes(4096)))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("grains of 4096 bytes");
            assertThatThrownBy(
                            () -> converter.convert(source, target, spec(source).withParent(target)))
                    .isInstanceOf(UnsupportedFeatureException.class);
            assertThatThrownBy(() ->
                            converter.convert(source, target, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, GRAIN - 512)))
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("the source has 65536 bytes");
        }
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void leavesAFileOfTheSameNameAlone() throws IOException {
        Path target = folder.resolve("target.vmdk");
        Files.writeString(target, "somebody's");

        try (VirtualDisk source = VirtualDisk.openRaw(raw(Patterns.text(1, GRAIN)), OpenOptions.readOnly())) {
            assertThatThrownBy(() -> converter.convert(source, target, spec(source)))
                    .isInstanceOf(UnsafeStateException.class);
        }

        assertThat(Files.readString(target)).isEqualTo("somebody's");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void leavesNothingBehindWhenCancelledHalfway() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Progress cancelling = new Progress() {
            @Override
            public boolean cancelled() {
                return asked.incrementAndGet() > 5;
            }
        };
        Path target = folder.resolve("target.vmdk");
        try (VirtualDisk source = VirtualDisk.openRaw(raw(Patterns.mixed(1, 10 << 20)), OpenOptions.readOnly())) {
            assertThatThrownBy(() ->
                            new DiskConverter(2, Volume.system(), cancelling).convert(source, target, spec(source)))
                    .isInstanceOf(OperationCancelledException.class);
        }
        assertThat(target).doesNotExist();
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void passesOnWhatAChannelFailsWith() throws IOException {
        WritableByteChannel full = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                throw new IOException("pipe is closed");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        try (VirtualDisk source = VirtualDisk.openRaw(raw(Patterns.random(1, 10 << 20)), OpenOptions.readOnly())) {
            assertThatThrownBy(() -> export(2, 1).toChannel(source, full, spec(source), Path.of("a.vmdk")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("pipe is closed");
        }
    }

    @Test
    void tellsAllOfTheDiskAsProgress() throws IOException {
        long[] sum = {0};
        Progress counting = new Progress() {
            @Override
            public void advance(long bytes) {
                sum[0] += bytes;
            }
        };
        try (VirtualDisk source =
                VirtualDisk.openRaw(raw(Patterns.mixed(1, (3 << 20) + 512)), OpenOptions.readOnly())) {
            new StreamExport(2, 1, counting)
                    .toChannel(
                            source,
                            Channels.newChannel(java.io.OutputStream.nullOutputStream()),
                            spec(source),
                            Path.of("a.vmdk"));
        }
        assertThat(sum[0]).isEqualTo((3 << 20) + 512);
    }

    private static StreamExport export(int threads, int level) {
        return new StreamExport(threads, level, Progress.NONE);
    }

    private static CreateSpec spec(VirtualDisk source) {
        return CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, source.capacity());
    }

    private Path raw(byte[] content) throws IOException {
        Path raw = folder.resolve("source.raw");
        Files.write(raw, content);
        return raw;
    }

    private Path export(Path raw) throws IOException {
        Path target = folder.resolve("target.vmdk");
        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            converter.convert(source, target, spec(source));
        }
        return target;
    }

    private static byte[] bytes(Path target) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(target)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains("vmdisk-")).toList();
        }
    }
}

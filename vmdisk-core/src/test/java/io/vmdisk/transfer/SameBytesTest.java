package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same source makes the same files, byte for byte, however many threads are at work. */
class SameBytesTest {
    private static final int CAPACITY = (24 << 20) + 3 * 512;
    private static final int GRAIN = 64 << 10;

    private final MemoryVolume sources = new MemoryVolume();
    private final Path raw = MemoryVolume.folder().resolve("source.raw");
    private final Path sparse = MemoryVolume.folder().resolve("source.vmdk");

    private byte[] content() {
        byte[] bytes = Patterns.mixed(5, CAPACITY);
        Arrays.fill(bytes, 3 << 20, 9 << 20, (byte) 0);
        return bytes;
    }

    private VirtualDisk rawSource() throws IOException {
        if (!sources.exists(raw)) {
            sources.put(raw, content());
        }
        return VirtualDisk.openRaw(raw, OpenOptions.readOnly().withVolume(sources));
    }

    private static String digest(MemoryVolume files) throws IOException {
        Hasher hasher = Hashing.sha256().newHasher();
        for (Path file : new TreeSet<>(files.files())) {
            byte[] bytes = files.bytes(file);
            hasher.putUnencodedChars(file.toString()).putInt(bytes.length).putBytes(bytes);
        }
        return hasher.hash().toString();
    }

    private static String converted(VirtualDisk source, DiskFormat format, int threads) throws IOException {
        MemoryVolume files = new MemoryVolume();
        CreateSpec spec = CreateSpec.of(format, source.capacity())
                .withExtentBytes(10 << 20)
                .withSeed(ContentSeed.of(source, threads, Progress.NONE));
        new DiskConverter(threads, files, Progress.NONE)
                .convert(source, MemoryVolume.folder().resolve("made.vmdk"), spec);
        return digest(files);
    }

    @ParameterizedTest
    @EnumSource(DiskFormat.class)
    void makesOneFileWhateverTheThreads(DiskFormat format) throws IOException {
        Set<String> digests = new HashSet<>();
        try (VirtualDisk source = rawSource()) {
            for (int threads : new int[] {1, 2, 4, 7, 4, 2}) {
                digests.add(converted(source, format, threads));
            }
        }

        assertThat(digests).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void laysGrainsInTheOrderOfTheDisk(DiskFormat format) throws IOException {
        MemoryVolume files = new MemoryVolume();
        Path made = MemoryVolume.folder().resolve("made.vmdk");
        try (VirtualDisk source = rawSource()) {
            new DiskConverter(4, files, Progress.NONE).convert(source, made, CreateSpec.of(format, CAPACITY));
        }

        long[] last = {-1};
        try (VirtualDisk disk = VirtualDisk.open(made, OpenOptions.readOnly().withVolume(files))) {
            disk.runs(0, CAPACITY).forEach(run -> {
                if (run instanceof Run.Data data) {
                    assertThat(data.at()).isGreaterThan(last[0]);
                    last[0] = data.at();
                }
            });
        }
        assertThat(last[0]).isPositive();
    }

    @Test
    void knowsContentApartAndNotHowItIsStored() throws IOException {
        String ofRaw;
        try (VirtualDisk source = rawSource()) {
            ofRaw = ContentSeed.of(source, 2, Progress.NONE);
            new DiskConverter(2, sources, Progress.NONE)
                    .convert(source, sparse, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        }
        OpenOptions writable = OpenOptions.writable().withVolume(sources);
        try (VirtualDisk disk = VirtualDisk.open(sparse, writable)) {
            assertThat(ContentSeed.of(disk, 3, Progress.NONE)).isEqualTo(ofRaw);
            disk.write(4 << 20, ByteBuffer.allocate(512));
            assertThat(ContentSeed.of(disk, 1, Progress.NONE)).isEqualTo(ofRaw);
            disk.write(4 << 20, ByteBuffer.wrap(new byte[] {1}));
            assertThat(ContentSeed.of(disk, 1, Progress.NONE)).isNotEqualTo(ofRaw);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void takesAStreamInItsOrderWhateverTheThreads(DiskFormat format) throws IOException {
        Path stream = MemoryVolume.folder().resolve("stream.vmdk");
        try (VirtualDisk source = rawSource()) {
            new DiskConverter(2, sources, Progress.NONE)
                    .convert(source, stream, CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, CAPACITY));
        }
        byte[] bytes = sources.bytes(stream);

        Set<String> digests = new HashSet<>();
        for (int threads : new int[] {1, 2, 5}) {
            MemoryVolume files = new MemoryVolume();
            StreamImport open =
                    StreamImport.open(new ByteArrayInputStream(bytes), Path.of("pipe"), StreamImport.Damage.REFUSE);
            CreateSpec spec = CreateSpec.of(format, open.capacity())
                    .withExtentBytes(160L * GRAIN)
                    .withSeed("pipe");
            open.into(MemoryVolume.folder().resolve("made.vmdk"), spec, threads, files, Progress.NONE);
            digests.add(digest(files));
        }

        assertThat(digests).hasSize(1);
    }
}

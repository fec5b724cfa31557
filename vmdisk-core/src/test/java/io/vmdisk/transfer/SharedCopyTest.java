package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where files can stand on the same blocks a copy moves nothing; wherever they can't it is as ever. */
class SharedCopyTest {
    private static final int CAPACITY = 6 << 20;
    /** Inside the first half. */
    private static final int HOLE = 1 << 20;

    private static final Path SOURCE = MemoryVolume.folder().resolve("source.vmdk");
    private static final Path TARGET = MemoryVolume.folder().resolve("target.vmdk");

    private final MemoryVolume files = new MemoryVolume().sharing();
    private final byte[] content = content(CAPACITY);

    private static byte[] content(int capacity) {
        byte[] content = Patterns.random(7, capacity);
        Arrays.fill(content, HOLE, 3 * HOLE, (byte) 0);
        return content;
    }

    private OpenOptions reading() {
        return OpenOptions.readOnly().withVolume(files);
    }

    /** The hole is not written. */
    private void make(DiskFormat format) throws IOException {
        if (format == DiskFormat.STREAM_OPTIMIZED) {
            make(DiskFormat.RAW);
            convert(
                    VirtualDisk.openRaw(SOURCE, reading()),
                    SOURCE.resolveSibling("stream.vmdk"),
                    format,
                    new DiskConverter(2, files, Progress.NONE));
            files.put(SOURCE, files.bytes(SOURCE.resolveSibling("stream.vmdk")));
            return;
        }
        CreateSpec spec = CreateSpec.of(format, content.length);
        StagedDisk.createEmpty(SOURCE, spec, files, Progress.NONE);
        try (VirtualDisk disk = opened(SOURCE, format, OpenOptions.writable().withVolume(files))) {
            disk.write(0, ByteBuffer.wrap(content, 0, HOLE));
            disk.write(3L * HOLE, ByteBuffer.wrap(content, 3 * HOLE, content.length - 3 * HOLE));
        }
    }

    private static VirtualDisk opened(Path file, DiskFormat format, OpenOptions options) throws IOException {
        return format == DiskFormat.RAW ? VirtualDisk.openRaw(file, options) : VirtualDisk.open(file, options);
    }

    private void convert(VirtualDisk source, Path target, DiskFormat format, DiskConverter converter)
            throws IOException {
        try (source) {
            converter.convert(source, target, CreateSpec.of(format, source.capacity()));
        }
    }

    private void requireSame(DiskFormat format) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(content.length);
        try (VirtualDisk disk = opened(TARGET, format, reading())) {
            disk.read(0, bytes);
        }
        assertThat(Arrays.equals(bytes.array(), content)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"RAW", "MONOLITHIC_FLAT", "VMFS_THIN", "MONOLITHIC_SPARSE", "SE_SPARSE"})
    void aCopyMovesNothing(DiskFormat format) throws IOException {
        make(format);
        for (DiskFormat made : new DiskFormat[] {
            DiskFormat.RAW, DiskFormat.MONOLITHIC_FLAT, DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE
        }) {
            long before = files.sharedBytes();
            convert(opened(SOURCE, format, reading()), TARGET, made, new DiskConverter(3, files, Progress.NONE));

            requireSame(made);
            assertThat(files.sharedBytes() - before).isEqualTo(CAPACITY - 2 * HOLE);
            try (VirtualDisk copy = opened(TARGET, made, reading())) {
                assertThat(DiskConverter.storedBytes(copy))
                        .as("the hole has no place in %s of %s", made, format)
                        .isEqualTo(CAPACITY - 2 * HOLE);
            }
            files.delete(TARGET);
        }
    }

    @Test
    void neitherFileFollowsALaterWriteOfTheOther() throws IOException {
        make(DiskFormat.RAW);
        convert(
                opened(SOURCE, DiskFormat.RAW, reading()),
                TARGET,
                DiskFormat.RAW,
                new DiskConverter(1, files, Progress.NONE));
        try (VirtualDisk disk =
                VirtualDisk.openRaw(SOURCE, OpenOptions.writable().withVolume(files))) {
            disk.write(0, ByteBuffer.allocate(HOLE));
        }

        requireSame(DiskFormat.RAW);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"STREAM_OPTIMIZED", "VMFS_SPARSE"})
    void whatIsCompressedOrLiesBetweenBlocksIsCopied(DiskFormat format) throws IOException {
        make(format);
        convert(opened(SOURCE, format, reading()), TARGET, DiskFormat.RAW, new DiskConverter(2, files, Progress.NONE));

        requireSame(DiskFormat.RAW);
    }

    @Test
    void grainsLieInTheOrderOfTheDiskWhateverTheThreads() throws IOException {
        make(DiskFormat.MONOLITHIC_FLAT);
        CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withSeed("one");
        byte[] first = null;
        for (int threads : new int[] {1, 4}) {
            try (VirtualDisk source = VirtualDisk.open(SOURCE, reading())) {
                new DiskConverter(threads, files, Progress.NONE).convert(source, TARGET, spec);
            }
            byte[] made = files.bytes(TARGET);
            first = first == null ? made : first;
            assertThat(Arrays.equals(made, first)).isTrue();
            files.delete(TARGET);
        }
        assertThat(files.sharedBytes()).isEqualTo(2 * (CAPACITY - 2L * HOLE));
    }

    /** A grain of 64 KiB of which the source has 32 KiB in one place. */
    @Test
    void whatFillsNoGrainIsCopied() throws IOException {
        byte[] scattered = new byte[CAPACITY];
        Arrays.fill(scattered, 0, 32 << 10, (byte) 1);
        files.put(SOURCE, scattered);
        try (VirtualDisk disk =
                VirtualDisk.openRaw(SOURCE, OpenOptions.writable().withVolume(files))) {
            disk.zero(32 << 10, CAPACITY - (32 << 10));
        }
        convert(
                VirtualDisk.openRaw(SOURCE, reading()),
                TARGET,
                DiskFormat.MONOLITHIC_SPARSE,
                new DiskConverter(1, files, Progress.NONE));

        ByteBuffer read = ByteBuffer.allocate(CAPACITY);
        try (VirtualDisk disk = VirtualDisk.open(TARGET, reading())) {
            disk.read(0, read);
        }
        assertThat(read.array()).isEqualTo(scattered);
        assertThat(files.sharedBytes()).isZero();
    }

    @Test
    void theEndOfAFileThatIsNoWholeBlockIsSharedToo() throws IOException {
        byte[] longer = Arrays.copyOf(content, CAPACITY);
        files.put(SOURCE, Arrays.copyOf(longer, CAPACITY - 512));
        try (VirtualDisk source = VirtualDisk.openRaw(SOURCE, reading())) {
            new DiskConverter(2, files, Progress.NONE)
                    .convert(source, TARGET, CreateSpec.of(DiskFormat.RAW, source.capacity()));
        }

        assertThat(files.bytes(TARGET)).isEqualTo(Arrays.copyOf(longer, CAPACITY - 512));
        // The zeros of this file are written ones.
        assertThat(files.sharedBytes()).isEqualTo(CAPACITY - 512);
    }

    @Test
    void storedZerosAreLeftOutOnlyWhereItWasAsked() throws IOException {
        files.put(SOURCE, content);
        for (boolean asked : new boolean[] {false, true}) {
            long before = files.sharedBytes();
            DiskConverter converter = new DiskConverter(2, files, Progress.NONE);
            convert(
                    opened(SOURCE, DiskFormat.RAW, reading()),
                    TARGET,
                    DiskFormat.MONOLITHIC_SPARSE,
                    asked ? converter.withHoles(HoleSize.STANDARD) : converter);

            requireSame(DiskFormat.MONOLITHIC_SPARSE);
            assertThat(files.sharedBytes() - before).isEqualTo(asked ? CAPACITY - 2 * HOLE : CAPACITY);
            files.delete(TARGET);
        }
    }

    @Test
    void whoWantsEveryByteWrittenGetsItWritten() throws IOException {
        make(DiskFormat.RAW);
        convert(
                opened(SOURCE, DiskFormat.RAW, reading()),
                TARGET,
                DiskFormat.RAW,
                new DiskConverter(1, files, Progress.NONE).withHoles(new HoleSize(0)));

        requireSame(DiskFormat.RAW);
        assertThat(files.sharedBytes()).isZero();
    }

    @Test
    void whatIsShorterThanACallIsWorthIsCopied() throws IOException {
        byte[] scattered = new byte[CAPACITY];
        Arrays.fill(scattered, 8 << 10, 16 << 10, (byte) 1);
        files.put(SOURCE, scattered);
        try (VirtualDisk disk =
                VirtualDisk.openRaw(SOURCE, OpenOptions.writable().withVolume(files))) {
            disk.zero(0, 8 << 10);
            disk.zero(16 << 10, CAPACITY - (16 << 10));
        }
        convert(
                opened(SOURCE, DiskFormat.RAW, reading()),
                TARGET,
                DiskFormat.RAW,
                new DiskConverter(1, files, Progress.NONE));

        assertThat(files.bytes(TARGET)).isEqualTo(scattered);
        assertThat(files.sharedBytes()).isZero();
    }

    /** As crashes and faults are tried. */
    @Test
    void aVolumeThatRecordsOrFailsLetsFilesShare() throws IOException {
        make(DiskFormat.RAW);
        Volume through = FaultVolume.failFrom(new RecordingVolume(files), Integer.MAX_VALUE);
        try (VirtualDisk source =
                VirtualDisk.openRaw(SOURCE, OpenOptions.readOnly().withVolume(through))) {
            new DiskConverter(1, through, Progress.NONE)
                    .convert(source, TARGET, CreateSpec.of(DiskFormat.RAW, source.capacity()));
        }

        requireSame(DiskFormat.RAW);
        assertThat(files.sharedBytes()).isEqualTo(CAPACITY - 2 * HOLE);
    }
}

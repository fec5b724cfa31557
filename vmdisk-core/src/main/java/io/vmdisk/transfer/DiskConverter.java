package io.vmdisk.transfer;

import io.vmdisk.LimitExceededException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Turns a disk into another of any format. The new disk appears under its name only when it is complete and durable;
 * whatever goes wrong before leaves nothing behind. No room is noticed before the first byte is written.
 */
public final class DiskConverter {
    private static final String OPERATION = "converting";

    private final int threads;
    private final Volume volume;
    private final Progress progress;
    private final HoleSize holes;

    /**
     * A converter.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskConverter(int threads, Progress progress) {
        this(threads, Volume.system(), progress);
    }

    /**
     * A converter that makes files in {@code volume}.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskConverter(int threads, Volume volume, Progress progress) {
        this(threads, volume, progress, HoleSize.STANDARD);
    }

    private DiskConverter(int threads, Volume volume, Progress progress, HoleSize holes) {
        this.threads = threads;
        this.volume = volume;
        this.progress = progress;
        this.holes = holes;
    }

    /** With other holes in new disks without a parent; streams keep to their grains. */
    public DiskConverter withHoles(HoleSize other) {
        return new DiskConverter(threads, volume, progress, other);
    }

    /**
     * Makes a new disk with the content of {@code source}.
     *
     * @param spec what it shall be; its capacity is that of the source at least
     */
    public void convert(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        requireHolds(spec, source, target);
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            new StreamExport(threads, StreamExport.DEFAULT_LEVEL, progress).toFile(source, target, spec, volume);
            return;
        }
        requireRoom(source, target, spec);
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress)) {
            try (VirtualDisk disk = staged.open()) {
                if (spec.parent() == null) {
                    new DiskCopy(threads, progress, holes).copy(source, disk);
                } else {
                    new DeltaCopy(threads, progress).copy(source, disk);
                }
            }
            staged.publish();
        }
    }

    /** Copies the content of {@code source} over that of an existing disk, which is as large at least. */
    public void convertInto(VirtualDisk source, VirtualDisk target) throws IOException {
        if (target.capacity() < source.capacity()) {
            throw new LimitExceededException(
                    "capacity",
                    target.links().get(0).path(),
                    "the source has " + source.capacity() + " bytes, the target only " + target.capacity(),
                    "grow the target first with 'vmdisk resize'");
        }
        new DeltaCopy(threads, progress).copy(source, target);
        target.flush();
    }

    /** Writes the raw content to a channel, from the first byte to the last; for pipes. */
    public void writeRaw(VirtualDisk source, WritableByteChannel out) throws IOException {
        progress.begin("reading " + source, source.capacity());
        BufferPool buffers = new BufferPool();
        Pipeline.Consumer<ByteBuffer> writer = buffer -> {
            progress.advance(buffer.remaining());
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            buffers.give(buffer);
        };
        try (Pipeline<ByteBuffer> pipeline = new Pipeline<>(threads, writer, progress, OPERATION)) {
            for (long at = 0; at < source.capacity(); at += Chunk.BYTES) {
                long start = at;
                int length = (int) Math.min(Chunk.BYTES, source.capacity() - at);
                pipeline.submit(() -> {
                    ByteBuffer buffer = buffers.take(length);
                    source.read(start, buffer);
                    return buffer.flip();
                });
            }
            pipeline.finish();
        }
    }

    static void requireHolds(CreateSpec spec, VirtualDisk source, Path target) throws LimitExceededException {
        if (spec.capacity() < source.capacity()) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    "the source has " + source.capacity() + " bytes, the target would have " + spec.capacity(),
                    "give the target the source's capacity");
        }
    }

    private void requireRoom(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        Path folder = AtomicName.folderOf(target);
        long free = volume.freeBytes(folder);
        if (free >= spec.capacity()) {
            return;
        }
        boolean thick = holes.isNone() || spec.format() == DiskFormat.VMFS || spec.format() == DiskFormat.VMFS_EAGER;
        long needed = thick ? spec.capacity() : dataBytes(source);
        if (thick && needed > free) {
            throw new OutOfSpaceException(
                    "target",
                    target,
                    "the new disk needs " + needed + " bytes, its file store has " + free + " left",
                    "free some space, or choose a thin format, with holes");
        }
        // What is stored may be zeros that will be dropped, so only a store that is far too small is refused.
        if (!thick && needed / 4 > free) {
            throw new OutOfSpaceException(
                    "target",
                    target,
                    "the source holds " + needed + " bytes, the target's file store has " + free + " left",
                    "free some space, or convert to another store");
        }
    }

    private static long dataBytes(VirtualDisk source) throws IOException {
        DataSum sum = new DataSum();
        source.locate(0, source.capacity(), sum);
        return sum.bytes;
    }

    private static final class DataSum implements RunSink {
        private long bytes;

        @Override
        public void data(long start, long length, int depth, Path file, long at) {
            bytes += length;
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
            bytes += length;
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long start, long length, int depth) {}
    }
}

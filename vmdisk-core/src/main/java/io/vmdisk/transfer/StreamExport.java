package io.vmdisk.transfer;

import io.vmdisk.Progress;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.make.StreamDescriptor;
import io.vmdisk.extent.hosted.stream.StreamWriter;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes a disk as a stream-optimised file, from front to back, to a file or a pipe.
 *
 * <p>All threads read and compress, one writes their results in order; memory is a few chunks of 1 MiB for each thread.
 * Grains of zeros are left out, whether the source's map knows of them or not. A cancel or failure leaves no file; on a
 * channel it leaves a stream without its end, which every reader refuses.
 */
public final class StreamExport {
    /** Near the smallest files that zlib makes, at a third of the highest level's time. */
    public static final int DEFAULT_LEVEL = 6;

    private static final int MAX_THREADS = 32;
    private static final int GRAIN = StreamWriter.GRAIN_BYTES;
    private static final String OPERATION = "compressing";

    private final int threads;
    private final int level;
    private final Progress progress;

    /**
     * An exporter.
     *
     * @param threads that compress; {@link #defaultThreads} is a good number
     * @param level 1, fast, to 9, small
     */
    public StreamExport(int threads, int level, Progress progress) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("compression level is " + level + ", not 1 to 9");
        }
        this.threads = threads;
        this.level = level;
        this.progress = progress;
    }

    /** All cores: unlike a copy, compression is bound by them. */
    public static int defaultThreads() {
        return Math.max(1, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Makes a new file, which appears under its name only when it is complete and durable.
     *
     * @param spec a stream-optimised disk, as large as the source at least
     */
    public void toFile(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        toFile(source, target, spec, Volume.system());
    }

    /** Makes a new file in {@code volume}. */
    public void toFile(VirtualDisk source, Path target, CreateSpec spec, Volume volume) throws IOException {
        try (StagedDisk staged = StagedDisk.createStream(target, spec, volume)) {
            try (BlockFile file = staged.openStream()) {
                toChannel(source, new AppendChannel(file), spec, target);
            }
            staged.publish();
        }
    }

    /** Makes a new disk that holds nothing, in {@code volume}. */
    public static void createEmpty(Path target, CreateSpec spec, Volume volume) throws IOException {
        try (StagedDisk staged = StagedDisk.createStream(target, spec, volume)) {
            try (BlockFile file = staged.openStream()) {
                writer(new AppendChannel(file), spec, target).finish();
            }
            staged.publish();
        }
    }

    private static StreamWriter writer(WritableByteChannel out, CreateSpec spec, Path name) throws IOException {
        byte[] descriptor = StreamDescriptor.of(spec, name).toEmbedded(StreamWriter.DESCRIPTOR_BYTES);
        return new StreamWriter(out, StreamDescriptor.capacitySectors(spec), descriptor, name);
    }

    /**
     * Writes to a channel that blocks, such as that of standard output; it stays open.
     *
     * @param spec a stream-optimised disk, as large as the source at least
     * @param name what the file will be called; its last part stands in the descriptor
     */
    public void toChannel(VirtualDisk source, WritableByteChannel out, CreateSpec spec, Path name) throws IOException {
        SizeRule.requireHolds(spec, source, name);
        progress.begin("compressing " + source, source.capacity());
        PositionProgress told = new PositionProgress(progress);
        StreamWriter writer = writer(out, spec, name);
        ConcurrentLinkedQueue<PackedChunk> made = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<PackedChunk> idle = new ConcurrentLinkedQueue<>();
        Pipeline.Consumer<PackedChunk> consumer = chunk -> {
            progress.pace(chunk.packedBytes());
            chunk.appendTo(writer);
            told.upTo(chunk.end());
            idle.add(chunk);
        };
        try (Pipeline<PackedChunk> pipeline = new Pipeline<>(threads, consumer, progress, OPERATION)) {
            DataChunks.of(
                    source,
                    GRAIN,
                    (start, length) -> pipeline.submit(() -> {
                        PackedChunk ready = idle.poll();
                        PackedChunk chunk = ready != null ? ready : new PackedChunk(level);
                        if (ready == null) {
                            made.add(chunk);
                        }
                        chunk.fill(source, start, length);
                        return chunk;
                    }));
            pipeline.finish();
            progress.checkCancelled(OPERATION);
            writer.finish();
        } finally {
            made.forEach(PackedChunk::close);
        }
        told.upTo(source.capacity());
    }
}

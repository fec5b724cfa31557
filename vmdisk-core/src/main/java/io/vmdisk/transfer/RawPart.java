package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.StoredPieces;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes a range of a disk as a file of just these bytes: such files of all parts, one behind the other, are the raw image.
 * What reads as zeros becomes a hole, unless blocks are shared: then nothing is read. The file has its name once it is complete.
 */
public final class RawPart {
    private static final String OPERATION = "convert";

    private final int threads;
    private final Volume volume;
    private final Progress progress;

    /** A writer; see {@link Pipeline#defaultThreads}. */
    public RawPart(int threads, Volume volume, Progress progress) {
        this.threads = threads;
        this.volume = volume;
        this.progress = progress;
    }

    /** Some of it: where, how much, and the bytes, none if the file has them already. */
    private record Piece(long at, long length, Optional<ByteBuffer> bytes) {}

    /**
     * Writes the file.
     *
     * @param target a name that is free
     */
    public void write(VirtualDisk source, ByteRange part, Path target) throws IOException {
        progress.begin("reading " + source, part.length());
        // A part that is made twice at once, as clusters do, is made by one of them alone.
        try (StagedDisk staged = StagedDisk.createImage(target, part.length(), volume)) {
            try (BlockFile file = staged.openStream()) {
                copy(source, part, file);
                file.setSize(part.length());
                file.force();
            }
            staged.publish();
        }
    }

    private void copy(VirtualDisk source, ByteRange part, BlockFile file) throws IOException {
        BufferPool buffers = new BufferPool();
        Pipeline.Consumer<Piece> writer = piece -> {
            progress.advance(piece.length());
            if (piece.bytes().isPresent()) {
                ByteBuffer bytes = piece.bytes().get();
                progress.pace(bytes.remaining());
                if (!ZeroScan.isZero(bytes, 0, bytes.limit())) {
                    file.writeFully(piece.at(), bytes);
                }
                buffers.give(bytes);
            }
        };
        try (Pipeline<Piece> pipeline = new Pipeline<>(threads, writer, progress, OPERATION)) {
            StoredPieces.walk(List.of(source), part, Chunk.BYTES, progress, OPERATION, range -> {
                long at = range.start() - part.start();
                pipeline.submit(() -> {
                    if (source.shareInto(file, at, range.start(), range.length())) {
                        return new Piece(at, range.length(), Optional.empty());
                    }
                    ByteBuffer buffer = buffers.take((int) range.length());
                    source.read(range.start(), buffer);
                    return new Piece(at, range.length(), Optional.of(buffer.flip()));
                });
                return true;
            });
            pipeline.finish();
        }
    }
}

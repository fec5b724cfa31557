package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a range of a disk as a file of just these bytes: such files of all parts, one behind the other, are the raw image.
 * What reads as zeros becomes a hole. The file has its name once it is complete.
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

    private record Piece(long at, ByteBuffer bytes) {}

    /**
     * Writes the file.
     *
     * @param target a name that is free
     */
    public void write(VirtualDisk source, ByteRange part, Path target) throws IOException {
        if (volume.taken(target)) {
            throw new UnsafeStateException("exists", target, "the file is there already", "name another, or remove it");
        }
        Path fresh = AtomicName.beside(target);
        volume.clear(fresh);
        progress.begin("reading " + source, part.length());
        try {
            try (BlockFile file = volume.open(fresh, OpenMode.CREATE)) {
                copy(source, part, file);
                file.setSize(part.length());
                file.force();
            }
            volume.rename(fresh, target);
        } catch (IOException | RuntimeException e) {
            remove(fresh, e);
            throw e;
        }
        volume.forceNames(AtomicName.folderOf(target));
    }

    private void copy(VirtualDisk source, ByteRange part, BlockFile file) throws IOException {
        BufferPool buffers = new BufferPool();
        Pipeline.Consumer<Piece> writer = piece -> {
            progress.advance(piece.bytes().remaining());
            progress.pace(piece.bytes().remaining());
            if (!ZeroScan.isZero(piece.bytes(), 0, piece.bytes().limit())) {
                file.writeFully(piece.at(), piece.bytes());
            }
            buffers.give(piece.bytes());
        };
        try (Pipeline<Piece> pipeline = new Pipeline<>(threads, writer, progress, OPERATION)) {
            StoredPieces.walk(List.of(source), part, Chunk.BYTES, progress, OPERATION, range -> {
                pipeline.submit(() -> {
                    ByteBuffer buffer = buffers.take((int) range.length());
                    source.read(range.start(), buffer);
                    return new Piece(range.start() - part.start(), buffer.flip());
                });
                return true;
            });
            pipeline.finish();
        }
    }

    private void remove(Path fresh, Exception failure) {
        try {
            if (volume.exists(fresh)) {
                volume.delete(fresh);
            }
        } catch (IOException suppressed) {
            failure.addSuppressed(suppressed);
        }
    }
}

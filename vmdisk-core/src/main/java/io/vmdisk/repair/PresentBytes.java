package io.vmdisk.repair;

import io.vmdisk.Sector;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What stands in a part of a file before undoing overwrites it, beside it as {@code FILE.orig.vmdisk-now} for as long as that takes.
 * Cut off half-way, each sector is one of this copy or one of what was kept; anything else was written by somebody since.
 */
final class PresentBytes {
    /** Ours, as what has this name is cleared away. */
    private static final String SUFFIX = ".vmdisk-now";

    private static final int CHUNK_BYTES = 1 << 20;

    private PresentBytes() {}

    private static Path copyOf(Path kept) {
        return kept.resolveSibling(kept.getFileName() + SUFFIX);
    }

    /** Copies them, durably. */
    static void keep(Volume volume, Path file, Path kept, long offset, long length) throws IOException {
        Path copy = copyOf(kept);
        volume.clear(copy);
        try (BlockFile from = volume.open(file, OpenMode.READ);
                BlockFile to = volume.createLike(copy, file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long at = 0; at < length; at += chunk.limit()) {
                read(from, offset + at, chunk, length - at);
                to.writeFully(at, chunk.duplicate());
            }
            to.force();
        }
        volume.forceNames(AtomicName.folderOf(copy));
    }

    /** Takes the copy away. */
    static void drop(Volume volume, Path kept) throws IOException {
        Path copy = copyOf(kept);
        if (volume.exists(copy)) {
            volume.delete(copy);
        }
    }

    /** Whether each sector is as it was before undoing, or as it is after it. */
    static boolean areHalfReplaced(Volume volume, Path file, Path kept, long offset, long length) throws IOException {
        Path copy = copyOf(kept);
        boolean copied = volume.exists(copy);
        if (!volume.exists(file) || (copied && volume.facts(copy).size() != length)) {
            return false;
        }
        try (BlockFile present = volume.open(file, OpenMode.READ);
                BlockFile after = volume.open(kept, OpenMode.READ);
                BlockFile before = volume.open(copied ? copy : kept, OpenMode.READ)) {
            ByteBuffer[] chunks = {
                ByteBuffer.allocate(CHUNK_BYTES), ByteBuffer.allocate(CHUNK_BYTES), ByteBuffer.allocate(CHUNK_BYTES)
            };
            for (long at = 0; at < length; at += CHUNK_BYTES) {
                read(present, offset + at, chunks[0], length - at);
                read(after, at, chunks[1], length - at);
                read(before, at, chunks[2], length - at);
                if (!areOfEither(chunks[0], chunks[1], chunks[2])) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Fills what the file has of it; the rest of the chunk is zeros. */
    private static void read(BlockFile file, long at, ByteBuffer chunk, long most) throws IOException {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, most));
        while (chunk.hasRemaining() && file.read(at + chunk.position(), chunk) > 0) {
            // Until its end.
        }
        while (chunk.hasRemaining()) {
            chunk.put((byte) 0);
        }
        chunk.flip();
    }

    private static boolean areOfEither(ByteBuffer present, ByteBuffer one, ByteBuffer other) {
        for (int at = 0; at < present.limit(); at += Sector.BYTES) {
            int length = Math.min(Sector.BYTES, present.limit() - at);
            ByteBuffer sector = present.slice(at, length);
            if (!sector.equals(one.slice(at, length)) && !sector.equals(other.slice(at, length))) {
                return false;
            }
        }
        return true;
    }
}

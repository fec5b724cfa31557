package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Progress;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Lays a memory image out by guest address, in one pass, leaving holes where nothing but zeros is. */
record MemoryExport(MemoryImage image, List<MemoryRegion> regions, long top) {
    private static final int CHUNK_BYTES = 1 << 20;
    /** What file systems allocate at the finest. */
    private static final int HOLE_BYTES = 64 << 10;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(HOLE_BYTES).asReadOnlyBuffer();

    void write(Path target, Volume volume, Progress progress) throws IOException {
        Path fresh = AtomicName.beside(target);
        progress.begin(
                "writing " + target.getFileName(),
                regions.stream().mapToLong(MemoryRegion::length).sum());
        if (volume.exists(fresh)) {
            volume.delete(fresh);
        }
        try {
            try (BlockFile out = volume.open(fresh, OpenMode.CREATE)) {
                for (MemoryRegion region : regions) {
                    writeRegion(region, out, progress);
                }
                out.setSize(top);
                out.force();
            }
        } catch (IOException e) {
            HalfFile.delete(volume, fresh, e);
            throw e;
        }
        volume.rename(fresh, target);
        volume.forceNames(AtomicName.folderOf(target));
    }

    private void writeRegion(MemoryRegion region, BlockFile out, Progress progress) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long at = region.imageOffset();
        while (at < region.imageEnd()) {
            progress.checkCancelled("memory export");
            long data = image.nextData(at);
            // An image that is too short reports its end as the next data: reading there gives the proper error.
            long next = data >= image.size() && region.imageEnd() <= image.size()
                    ? region.imageEnd()
                    : Math.min(Math.max(data, at), region.imageEnd());
            if (next > at) {
                progress.advance(next - at);
                at = next;
                continue;
            }
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, region.imageEnd() - at));
            image.read(at, chunk);
            writeData(chunk.flip(), region.guestAddress() + at - region.imageOffset(), out);
            progress.advance(chunk.limit());
            at += chunk.limit();
        }
    }

    private static void writeData(ByteBuffer chunk, long at, BlockFile out) throws IOException {
        for (int start = 0; start < chunk.limit(); start += HOLE_BYTES) {
            int end = Math.min(start + HOLE_BYTES, chunk.limit());
            if (!isZero(chunk, start, end)) {
                out.writeFully(at + start, chunk.duplicate().limit(end).position(start));
            }
        }
    }

    private static boolean isZero(ByteBuffer chunk, int start, int end) {
        return chunk.slice(start, end - start).mismatch(ZEROS.slice(0, end - start)) < 0;
    }
}

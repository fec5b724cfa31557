package io.vmdisk.space;

import io.vmdisk.Progress;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds blocks of zeros that take space in a flat file, and writes a twin without them.
 *
 * <p>A flat file knows no other mark for "nothing here" than a hole. Every byte of the file is the same afterwards,
 * whatever lies in it beside this disk.
 */
final class FlatZeros {
    /** What file systems give back. */
    private static final int BLOCK_BYTES = 4096;

    private static final int READ_BYTES = 1 << 20;

    private final BlockFile file;
    private final Progress progress;
    private final ByteBuffer buffer;

    FlatZeros(BlockFile file, Progress progress) throws IOException {
        this.file = file;
        this.progress = progress;
        this.buffer = ByteBuffer.allocateDirect((int) Math.min(READ_BYTES, file.size() + BLOCK_BYTES));
    }

    /** What is done with blocks in a row that are all zeros, or all not. */
    @FunctionalInterface
    private interface Blocks {
        void stretch(long at, int from, int to, boolean zero) throws IOException;
    }

    /** Tells the stretches of whole blocks of zeros that take space, ascending. */
    void forEach(SlotUse.StretchSink sink) throws IOException {
        progress.begin("looking for zeros in " + file.path(), file.size());
        scan((at, from, to, zero) -> {
            if (zero) {
                sink.stretch(at + from, to - from);
            }
        });
    }

    /**
     * What a twin would leave out, and what it would copy of the rest.
     *
     * @param zeros bytes of zeros that take space
     * @param scattered other bytes in stretches that are too short to be shared
     */
    record Sizes(long zeros, long scattered) {}

    /** Finds the sizes by reading. */
    Sizes sizes() throws IOException {
        progress.begin("looking for zeros in " + file.path(), file.size());
        long[] found = new long[2];
        scan((at, from, to, zero) -> {
            if (zero) {
                found[0] += to - from;
            } else if (to - from < BlockFile.LEAST_SHARED_BYTES) {
                found[1] += to - from;
            }
        });
        return new Sizes(found[0], found[1]);
    }

    /** Writes everything but blocks of zeros into an empty file, durably. */
    void rewrite(BlockFile fresh) throws IOException {
        progress.begin("rewriting " + file.path(), file.size());
        fresh.setSize(file.size());
        scan((at, from, to, zero) -> {
            if (!zero && !share(fresh, at + from, to - from)) {
                fresh.writeFully(at + from, buffer.slice(from, to - from));
            }
        });
        fresh.force();
    }

    private boolean share(BlockFile fresh, long at, int length) throws IOException {
        return length >= BlockFile.LEAST_SHARED_BYTES && fresh.sharesBlocks() && fresh.share(at, file, at, length);
    }

    private void scan(Blocks blocks) throws IOException {
        long size = file.size();
        for (long at = file.nextData(0); at < size; ) {
            long end = Math.min(size, file.nextHole(at));
            for (at = at / BLOCK_BYTES * BLOCK_BYTES; at < end; ) {
                progress.checkCancelled("looking for zeros");
                int count = (int) Math.min(buffer.capacity(), end - at);
                buffer.clear().limit(count);
                file.readFully(at, buffer);
                split(at, count, blocks);
                at += count;
                progress.advance(count);
            }
            at = at < size ? file.nextData(at) : size;
        }
    }

    private void split(long at, int count, Blocks blocks) throws IOException {
        int from = 0;
        boolean zeros = false;
        for (int block = 0; block < count; block += BLOCK_BYTES) {
            boolean zero = ZeroScan.isZero(buffer, block, Math.min(count, block + BLOCK_BYTES));
            if (block > 0 && zero != zeros) {
                blocks.stretch(at, from, block, zeros);
                from = block;
            }
            zeros = zero;
        }
        blocks.stretch(at, from, count, zeros);
    }
}

package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.Turns;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the content of one disk into another that is new, so reads as zeros, and has no parent.
 *
 * <p>Zeros of the source are found by its map without reading and by scanning what is read; they are not written, so
 * that thin stays thin. Several threads read and write at once.
 */
final class DiskCopy {
    private static final String OPERATION = "copying";

    private final int threads;
    private final Progress progress;
    private final HoleSize holes;
    private final Zeros zeros;
    private final BufferPool buffers = new BufferPool();

    /** Which stored zeros are left out. */
    enum Zeros {
        /** Those that are come across anyway: where blocks are shared nothing is read. */
        OF_WHAT_IS_READ,
        /** All: everything is read. */
        ALL
    }

    /**
     * A copier.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskCopy(int threads, Progress progress) {
        this(threads, progress, HoleSize.STANDARD, Zeros.OF_WHAT_IS_READ);
    }

    DiskCopy(int threads, Progress progress, HoleSize holes, Zeros zeros) {
        this.threads = threads;
        this.progress = progress;
        this.holes = holes;
        this.zeros = zeros;
    }

    /** Copies everything; the target must be as large at least. It is not flushed. */
    public void copy(VirtualDisk source, VirtualDisk target) throws IOException {
        copy(source, target, 0);
    }

    /**
     * Copies everything to another place.
     *
     * @param shift the byte of the target at which the source's first one goes
     */
    void copy(VirtualDisk source, VirtualDisk target, long shift) throws IOException {
        int granule = holes.granule(target);
        progress.begin("copying " + source, source.capacity());
        PositionProgress told = new PositionProgress(progress);
        Turns turns = new Turns(target);
        try (Pipeline<Long> pipeline = new Pipeline<>(threads, told::upTo, progress, OPERATION)) {
            // In whole granules, so that the target sees whole grains.
            DataChunks.Target take = (start, length) -> {
                Turns.Turn turn = turns.another();
                pipeline.submit(() -> copyChunk(source, target, start, length, shift, granule, turn));
            };
            if (sharesUnread(target)) {
                shareStretches(source, target, shift, granule, turns, take);
            } else {
                chunks(source, granule, take);
            }
            pipeline.finish();
        }
        told.upTo(source.capacity());
    }

    /** Where nothing is left out, what the source knows to be zero counts as well. */
    private void chunks(VirtualDisk source, int granule, DataChunks.Target take) throws IOException {
        if (holes.isNone()) {
            for (long at = 0; at < source.capacity(); at += Chunk.BYTES) {
                take.chunk(at, (int) Math.min(Chunk.BYTES, source.capacity() - at));
            }
        } else {
            DataChunks.ofScanned(source, granule, take);
        }
    }

    /** Long stretches are shared as a whole; where that can't be done, chunks are shared or copied. */
    private void shareStretches(
            VirtualDisk source, VirtualDisk target, long shift, int granule, Turns turns, DataChunks.Target take)
            throws IOException {
        ShareStretches.each(source, (at, end) -> {
            progress.checkCancelled(OPERATION);
            boolean shared;
            try (Turns.Turn turn = turns.another()) {
                turn.await();
                shared = target.share(at + shift, end - at, source, at);
            }
            if (!shared) {
                DataChunks.of(source, granule, at, end, take);
            }
        });
    }

    /** Whether chunks are shared before anybody has looked for zeros in them. */
    private boolean sharesUnread(VirtualDisk target) throws IOException {
        return !holes.isNone() && zeros == Zeros.OF_WHAT_IS_READ && target.sharesBlocks();
    }

    private long copyChunk(
            VirtualDisk source, VirtualDisk target, long start, int length, long shift, int granule, Turns.Turn turn)
            throws IOException {
        try (turn) {
            if (!shareChunk(source, target, start, length, shift, turn)) {
                moveChunk(source, target, start, length, shift, granule, turn);
            }
        }
        return start + length;
    }

    /** In turn, so that grains lie in the order of the disk; that costs nothing, since no byte is moved. */
    private boolean shareChunk(
            VirtualDisk source, VirtualDisk target, long start, int length, long shift, Turns.Turn turn)
            throws IOException {
        if (!sharesUnread(target)) {
            return false;
        }
        turn.await();
        return target.share(start + shift, length, source, start);
    }

    private void moveChunk(
            VirtualDisk source, VirtualDisk target, long start, int length, long shift, int granule, Turns.Turn turn)
            throws IOException {
        ByteBuffer buffer = buffers.take(length);
        try {
            source.read(start, buffer);
            buffer.flip();
            List<ByteRange> parts =
                    holes.isNone() ? List.of(new ByteRange(0, length)) : ThinWrite.data(buffer, granule);
            progress.pace(ThinWrite.bytes(parts));
            ThinWrite.write(target, start + shift, buffer, unshared(source, target, start, shift, parts, turn), turn);
        } finally {
            buffers.give(buffer);
        }
    }

    /** What is left of the parts of a chunk that was read for its zeros alone. */
    private List<ByteRange> unshared(
            VirtualDisk source, VirtualDisk target, long start, long shift, List<ByteRange> parts, Turns.Turn turn)
            throws IOException {
        if (holes.isNone() || zeros == Zeros.OF_WHAT_IS_READ || !target.sharesBlocks()) {
            return parts;
        }
        turn.await();
        List<ByteRange> left = new ArrayList<>();
        for (ByteRange part : parts) {
            long from = start + part.start();
            if (!target.share(from + shift, part.length(), source, from)) {
                left.add(part);
            }
        }
        return left;
    }
}

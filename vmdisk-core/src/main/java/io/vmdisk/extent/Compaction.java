package io.vmdisk.extent;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sparse file shorter in place: grains at its end move into free space below, then the file is cut.
 *
 * <p>A grain is copied to a place that no entry names, and {@link GrainSpace#flush} makes the copy durable before the
 * entry; its old place is not written to, and goes only when the last entry has left it durably. So a crash at any
 * moment leaves every grain readable, and at worst space that nothing uses. The file must be sound, and nobody else may
 * have it open. Content does not change. For one thread; cancelled between two moves it leaves a sound file.
 */
public final class Compaction {
    /** Copied at once. */
    private static final int MOVE_BYTES = 4 << 20;

    /** Moved between two flushes: what a crash makes in vain. */
    private static final long FLUSH_BYTES = 256L << 20;

    /** Tables that wait in memory. */
    private static final long FLUSH_TABLE_BYTES = 16L << 20;

    private final BlockFile file;
    private final GrainMap map;
    private final SlotUse use;
    private final long grains;
    private final long tailGrains;
    private final long endSlot;

    private Compaction(BlockFile file, GrainMap map, SlotUse use, long grains, long endSlot, long tailGrains) {
        this.file = file;
        this.map = map;
        this.use = use;
        this.grains = grains;
        this.endSlot = endSlot;
        this.tailGrains = tailGrains;
    }

    /**
     * Finds out what would move; changes nothing.
     *
     * @param base the byte of the file where the first grain may lie
     * @param fixed what lies behind it and does not move
     * @throws UnsupportedFeatureException if grains do not lie side by side in equal slots
     */
    public static Compaction plan(BlockFile file, GrainMap map, long base, SlotUse.Fixed fixed) throws IOException {
        return plan(file, map, base, new SlotUse(file, map, base, map.geometry().grainBytes(), fixed));
    }

    static Compaction plan(BlockFile file, GrainMap map, long base, SlotUse use) throws IOException {
        long fixedEnd = use.fixedEnd();
        long fixedSlots = fixedEnd == base ? 0 : use.slotOf(fixedEnd - 1) + 1;
        if (fixedSlots > SlotUse.WINDOW) {
            throw notInPlace(file, "its tables lie too far behind its first grain");
        }
        long fixedCount = fixedSlots == 0 ? 0 : use.fixed(0, fixedSlots).cardinality();
        long grains = count(file, map, base, 0);
        long endSlot = Math.max(fixedSlots, grains + fixedCount);
        return new Compaction(file, map, use, grains, endSlot, count(file, map, base, use.offsetOf(endSlot)));
    }

    /** Counts the grains that lie at or behind a byte of the file. */
    private static long count(BlockFile file, GrainMap map, long base, long from) throws IOException {
        int grainBytes = map.geometry().grainBytes();
        long[] count = {0};
        map.locate(0, map.geometry().capacityBytes(), (start, length, state) -> {
            if (state >= 0) {
                if (state < base || (state - base) % grainBytes != 0) {
                    throw notInPlace(file, "grains do not lie at multiples of their size");
                }
                long inRun = (length - 1) / grainBytes + 1;
                long below = Math.max(0, Math.min(inRun, (from - state) / grainBytes));
                count[0] += inRun - below;
            }
        });
        return count[0];
    }

    private static UnsupportedFeatureException notInPlace(BlockFile file, String why) {
        return new UnsupportedFeatureException(
                "compact", file.path(), "the file can't be made shorter in place: " + why, "convert the disk instead");
    }

    /** Bytes that will be copied. */
    public long bytesToMove() {
        return tailGrains * map.geometry().grainBytes();
    }

    /** Grains that entries name. */
    public long grains() {
        return grains;
    }

    /** The file's length afterwards. */
    public long endBytes() throws IOException {
        return Math.min(file.size(), use.offsetOf(endSlot));
    }

    /**
     * Moves, then cuts.
     *
     * @param space of the same file and map; closed when all that was moved is durable, and so not after a failure
     */
    public void run(GrainSpace space, Progress progress) throws IOException {
        if (tailGrains > 0) {
            progress.begin("compacting " + file.path(), bytesToMove());
            space.beforeFirstChange();
            Mover mover = new Mover(space, progress);
            try {
                mover.run();
            } catch (OperationCancelledException e) {
                mover.flush();
                space.close();
                throw e;
            }
            mover.flush();
        }
        long end = endBytes();
        if (end < file.size()) {
            file.setSize(end);
            file.force();
        }
        space.close();
    }

    /** Grains in a row on the disk and in the file. */
    private record Stretch(long firstGrain, long count, long fileOffset) {}

    private final class Mover {
        private final GrainSpace space;
        private final Progress progress;
        private final GrainGeometry geometry = map.geometry();
        private final int grainBytes = geometry.grainBytes();
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect((int) Math.max(grainBytes, Math.min(MOVE_BYTES, bytesToMove())));
        private long unflushed;
        private int table;
        private List<Stretch> waiting = new ArrayList<>();
        private int nextWaiting;

        Mover(GrainSpace space, Progress progress) {
            this.space = space;
            this.progress = progress;
        }

        /** Free slots in windows, ascending; the grains behind the end in the order of the disk. */
        void run() throws IOException {
            @Nullable Stretch left = null;
            for (long first = 0; first < endSlot; first += use.window()) {
                long stop = Math.min(endSlot, first + use.window());
                BitSet used = use.used(first, stop);
                int count = (int) (stop - first);
                for (int free = used.nextClearBit(0); free < count; ) {
                    int next = used.nextSetBit(free);
                    int freeEnd = next < 0 ? count : next;
                    while (free < freeEnd) {
                        left = left == null ? nextStretch() : left;
                        if (left == null) {
                            return;
                        }
                        int moved = (int) Math.min(
                                Math.min(left.count, freeEnd - free), Math.max(1, buffer.capacity() / grainBytes));
                        move(left, moved, use.offsetOf(first + free));
                        free += moved;
                        left = moved == left.count
                                ? null
                                : new Stretch(
                                        left.firstGrain + moved,
                                        left.count - moved,
                                        left.fileOffset + (long) moved * grainBytes);
                    }
                    free = used.nextClearBit(freeEnd);
                }
            }
        }

        private @Nullable Stretch nextStretch() throws IOException {
            while (nextWaiting == waiting.size()) {
                table = map.nextTable(table);
                if (table >= geometry.tables()) {
                    return null;
                }
                waiting = behindEnd(table);
                nextWaiting = 0;
                table++;
            }
            return waiting.get(nextWaiting++);
        }

        private List<Stretch> behindEnd(int index) throws IOException {
            long start = index * geometry.tableCoverage();
            long length = Math.min(geometry.tableCoverage(), geometry.capacityBytes() - start);
            long end = use.offsetOf(endSlot);
            List<Stretch> found = new ArrayList<>();
            map.locate(start, length, (from, count, state) -> {
                if (state >= 0) {
                    long grainsInRun = (count - 1) / grainBytes + 1;
                    long below = Math.max(0, Math.min(grainsInRun, (end - state) / grainBytes));
                    if (below < grainsInRun) {
                        found.add(new Stretch(
                                from / grainBytes + below, grainsInRun - below, state + below * grainBytes));
                    }
                }
            });
            return found;
        }

        private void move(Stretch from, int count, long to) throws IOException {
            progress.checkCancelled("compact");
            space.take(from.firstGrain, new GrainSpan(to, count));
            long bytes = (long) count * grainBytes;
            boolean shared = bytes >= BlockFile.LEAST_SHARED_BYTES
                    && file.sharesBlocks()
                    && file.share(to, file, from.fileOffset, bytes);
            if (!shared) {
                copy(from.fileOffset, count, to);
            }
            map.set(from.firstGrain, count, to, space);
            for (int i = 0; i < count; i++) {
                space.free(from.firstGrain + i, from.fileOffset + (long) i * grainBytes);
            }
            unflushed += bytes;
            progress.advance(bytes);
            if (unflushed >= FLUSH_BYTES || map.changedBytes() >= FLUSH_TABLE_BYTES) {
                flush();
            }
        }

        private void copy(long from, int count, long to) throws IOException {
            buffer.clear().limit(count * grainBytes);
            file.read(from, buffer);
            while (buffer.hasRemaining()) {
                // A last grain that a copy tool trimmed.
                buffer.put((byte) 0);
            }
            file.writeFully(to, buffer.flip());
        }

        void flush() throws IOException {
            space.flush(map);
            map.flushed();
            unflushed = 0;
        }
    }
}

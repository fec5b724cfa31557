package io.vmdisk.extent;

import io.vmdisk.LimitExceededException;
import io.vmdisk.VmdiskException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Changes a sparse file: overwrites grains in place, gives new ones space, fills what a partial write leaves open from
 * the parent, drops grains that read as zeros.
 *
 * <p>A claim on the grains of a call keeps their states stable while data is copied outside the lock; the lock guards
 * allocation and table entries. An entry is set only after its grain's data was handed to the operating system, and
 * {@link GrainSpace#flush} forces data before entries.
 *
 * <p>A call that fails half way leaves entries in memory of which nobody knows whether the caller still wants them. They
 * are never written: not by a flush, not by closing, and the mark "in use" stays in the file.
 */
final class SparseWriter {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final BlockFile file;
    private final GrainMap map;
    private final GrainTail tail;
    private final GrainSpace space;
    private final GrainGeometry geometry;
    private final int grainBytes;
    private final GrainClaims claims = new GrainClaims();
    private final Reservations reservations;
    /** Of grains that were written in part. */
    private final Queue<ByteBuffer> wholeGrains = new ConcurrentLinkedQueue<>();

    private final Object lock = new Object();
    private final AtomicLong mapVersion = new AtomicLong();
    private final ChangeGuard guard;
    private boolean isWhole;
    private boolean begun;
    private boolean dirty;

    /** What a dropped grain is marked as. */
    enum Vacancy {
        /** Zeros were written. */
        ZERO,
        /** The guest gave the space back. */
        UNMAPPED
    }

    SparseWriter(BlockFile file, GrainMap map, GrainTail tail, GrainSpace space) {
        this.file = file;
        this.map = map;
        this.tail = tail;
        this.space = space;
        this.geometry = map.geometry();
        this.grainBytes = geometry.grainBytes();
        this.reservations = new Reservations(grainBytes);
        this.guard = new ChangeGuard(AtomicName.finished(file.path()));
    }

    /** Changes grains; half of it may be done when it fails. */
    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    /** A refusal for want of space comes before a grain is touched, and a flush may make space. */
    private void guarded(Change change) throws IOException {
        guard.requireSound();
        try {
            change.run();
        } catch (LimitExceededException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    void abandon(Exception cause) {
        guard.spoil(cause);
    }

    /** Takes places now for those grains of a range that have none yet; an entry names them once they are written. */
    void reserve(long at, long length) throws IOException {
        if (length == 0) {
            return;
        }
        begin();
        guarded(() -> reserveGrains(at / grainBytes, (at + length - 1) / grainBytes));
    }

    private void reserveGrains(long first, long last) throws IOException {
        synchronized (lock) {
            for (long grain = first; grain <= last; ) {
                int left = (int) Math.min(last - grain + 1, Integer.MAX_VALUE);
                int known = reservations.reserved(grain, left);
                if (known > 0 || map.state(grain) >= 0) {
                    grain += Math.max(1, known);
                } else {
                    GrainSpan span = space.allocate(grain, withoutPlace(grain, left));
                    // Known first, so that it is given back if there is no room for a table.
                    reservations.add(grain, span);
                    map.makeTables(grain, span.count(), space);
                    grain += span.count();
                }
            }
        }
    }

    private int withoutPlace(long first, int wanted) throws IOException {
        int most = reservations.unreserved(first, wanted);
        int count = 1;
        while (count < most && map.state(first + count) < 0) {
            count++;
        }
        return count;
    }

    /** Under the lock: places that were reserved, or new ones, which are from now on. */
    private GrainSpan place(long first, int wanted) throws IOException {
        GrainSpan reserved = reservations.find(first, wanted);
        if (reserved != null) {
            return reserved;
        }
        GrainSpan taken = space.allocate(first, reservations.unreserved(first, wanted));
        reservations.add(first, taken);
        return taken;
    }

    /** Gives back what was reserved and never written. */
    private void releaseReserved() throws IOException {
        synchronized (lock) {
            for (Map.Entry<Long, GrainSpan> rest : reservations.drain()) {
                for (int i = 0; i < rest.getValue().count(); i++) {
                    space.free(rest.getKey() + i, rest.getValue().fileOffset() + (long) i * grainBytes);
                }
                dirty = true;
            }
        }
    }

    void write(long at, ByteBuffer from, Backing backing) throws IOException {
        if (!from.hasRemaining()) {
            return;
        }
        begin();
        guarded(() -> writePieces(at, from, backing));
    }

    private void writePieces(long at, ByteBuffer from, Backing backing) throws IOException {
        long end = at + from.remaining();
        GrainClaims.Claim claim = claims.claim(at / grainBytes, (end - 1) / grainBytes);
        try (claim) {
            long next = at;
            while (next < end) {
                next += writePiece(next, end, from, backing);
            }
        }
    }

    /** Writes as much as one I/O can: grains in a row that exist, new whole grains, or one partial new grain. */
    private long writePiece(long at, long end, ByteBuffer from, Backing backing) throws IOException {
        long grain = at / grainBytes;
        int inGrain = (int) (at - grain * grainBytes);
        long state = map.state(grain);
        if (state >= 0) {
            return writeInPlace(at, end, state + inGrain, from);
        }
        int whole = inGrain == 0 ? wholeNewGrains(grain, end) : 0;
        return whole > 0
                ? writeNewGrains(grain, whole, from)
                : writePartialGrain(grain, inGrain, end, state, from, backing);
    }

    private long writeInPlace(long at, long end, long fileOffset, ByteBuffer from) throws IOException {
        long count = inOnePlace(at, end, fileOffset);
        writeSlice(fileOffset, from, (int) count);
        return count;
    }

    /** How many bytes lie in a row in the file from this one on, whose place is given. */
    private long inOnePlace(long at, long end, long fileOffset) throws IOException {
        long stop = Math.min(end, (at / grainBytes + 1) * grainBytes);
        while (stop < end && map.state(stop / grainBytes) == fileOffset + (stop - at)) {
            stop = Math.min(end, stop + grainBytes);
        }
        return stop - at;
    }

    /**
     * Lets whole grains stand on the blocks of another extent.
     *
     * @return false if that can't be done; at most some of the grains are as they were asked to be then
     */
    boolean share(long at, long length, Extent from, long fileOffset) throws IOException {
        if (length == 0 || at % grainBytes != 0 || length % grainBytes != 0) {
            return false;
        }
        begin();
        boolean[] shared = new boolean[1];
        guarded(() -> shared[0] = sharePieces(at, at + length, from, fileOffset));
        return shared[0];
    }

    private boolean sharePieces(long at, long end, Extent from, long fileOffset) throws IOException {
        GrainClaims.Claim claim = claims.claim(at / grainBytes, (end - 1) / grainBytes);
        try (claim) {
            long next = at;
            while (next < end) {
                long count = sharePiece(next, end, from, fileOffset + (next - at));
                if (count == 0) {
                    return false;
                }
                next += count;
            }
            return true;
        }
    }

    /** Shares as much as one call can: grains in a row that exist, or new ones; 0 if it can't. */
    private long sharePiece(long at, long end, Extent from, long fileOffset) throws IOException {
        long grain = at / grainBytes;
        long state = map.state(grain);
        if (state >= 0) {
            long count = inOnePlace(at, end, state);
            boolean shared = from.shareData(fileOffset, count, file, state);
            markDirty();
            return shared ? count : 0;
        }
        GrainSpan span;
        synchronized (lock) {
            span = place(grain, wholeNewGrains(grain, end));
        }
        long count = (long) span.count() * grainBytes;
        if (!from.shareData(fileOffset, count, file, span.fileOffset())) {
            return 0;
        }
        assign(grain, span);
        return count;
    }

    private int wholeNewGrains(long first, long end) throws IOException {
        int count = 0;
        while ((first + count + 1) * grainBytes <= end && map.state(first + count) < 0) {
            count++;
        }
        return count;
    }

    private long writeNewGrains(long first, int wanted, ByteBuffer from) throws IOException {
        GrainSpan span;
        synchronized (lock) {
            span = place(first, wanted);
        }
        int bytes = span.count() * grainBytes;
        writeSlice(span.fileOffset(), from, bytes);
        assign(first, span);
        return bytes;
    }

    private long writePartialGrain(long grain, int inGrain, long end, long state, ByteBuffer from, Backing backing)
            throws IOException {
        int count = (int) Math.min(end - grain * grainBytes - inGrain, grainBytes - inGrain);
        if (state == GrainState.UNALLOCATED && backing.isPresent()) {
            ByteBuffer whole = ByteBuffer.allocate(grainBytes);
            fill(whole, grain, backing);
            whole.put(inGrain, from, from.position(), count);
            store(grain, whole);
        } else {
            ByteBuffer whole = amongZeros(inGrain, from, count);
            store(grain, whole);
            wholeGrains.add(whole);
        }
        from.position(from.position() + count);
        return count;
    }

    /** A grain that holds only this: in a buffer that is used again, since making one takes as long as half the write. */
    private ByteBuffer amongZeros(int inGrain, ByteBuffer from, int count) {
        ByteBuffer known = wholeGrains.poll();
        ByteBuffer whole = known == null ? ByteBuffer.allocateDirect(grainBytes) : known.clear();
        putZeros(whole, inGrain);
        whole.put(from.slice(from.position(), count));
        putZeros(whole, grainBytes - inGrain - count);
        return whole.flip();
    }

    private static void putZeros(ByteBuffer into, int count) {
        for (int left = count; left > 0; ) {
            int part = Math.min(left, ZEROS.capacity());
            into.put(ZEROS.slice(0, part));
            left -= part;
        }
    }

    /** Puts the valid bytes of the parent's grain into {@code whole}; the rest of it stays zero. */
    private void fill(ByteBuffer whole, long grain, Backing backing) throws IOException {
        backing.read(grain * grainBytes, whole.slice(0, geometry.validBytes(grain)));
    }

    private void store(long grain, ByteBuffer whole) throws IOException {
        GrainSpan span;
        synchronized (lock) {
            span = place(grain, 1);
        }
        file.writeFully(span.fileOffset(), whole);
        assign(grain, span);
    }

    private void assign(long first, GrainSpan span) throws IOException {
        synchronized (lock) {
            map.set(first, span.count(), span.fileOffset(), space);
            reservations.remove(first, span.count());
            dirty = true;
        }
        mapVersion.incrementAndGet();
    }

    long mapVersion() {
        return mapVersion.get();
    }

    private void writeSlice(long fileOffset, ByteBuffer from, int count) throws IOException {
        ByteBuffer slice = from.slice(from.position(), count);
        file.writeFully(fileOffset, slice);
        from.position(from.position() + count);
        markDirty();
    }

    void vacate(long at, long length, Backing backing, Vacancy vacancy) throws IOException {
        if (length == 0) {
            return;
        }
        begin();
        guarded(() -> vacatePieces(at, length, backing, vacancy));
    }

    private void vacatePieces(long at, long length, Backing backing, Vacancy vacancy) throws IOException {
        long end = at + length;
        long next = at;
        while (next < end) {
            long tableEnd = (next / geometry.tableCoverage() + 1) * geometry.tableCoverage();
            long stop = Math.min(end, tableEnd);
            int table = geometry.tableOf(next / grainBytes);
            if (!backing.isPresent() && map.rawDirectoryEntry(table) == 0) {
                stop = Math.min(end, map.nextTable(table + 1) * geometry.tableCoverage());
            } else {
                vacatePiece(next, stop, backing, vacancy);
            }
            next = stop;
        }
    }

    private void vacatePiece(long at, long end, Backing backing, Vacancy vacancy) throws IOException {
        GrainClaims.Claim claim = claims.claim(at / grainBytes, (end - 1) / grainBytes);
        try (claim) {
            long next = at;
            while (next < end) {
                long grain = next / grainBytes;
                long stop = Math.min(end, (grain + 1) * grainBytes);
                boolean whole = stop - next == geometry.validBytes(grain);
                long state = map.state(grain);
                if (GrainState.isZero(state) || (state == GrainState.UNALLOCATED && !backing.isPresent())) {
                    next = stop;
                } else if (whole && drop(grain, state, backing, vacancy)) {
                    next = stop;
                } else {
                    next += writeZeros(next, whole ? end : stop, backing);
                }
            }
        }
    }

    /** Marks a whole grain as zero and frees its place; false if the format has no mark that hides a parent. */
    private boolean drop(long grain, long state, Backing backing, Vacancy vacancy) throws IOException {
        long mark = mark(vacancy);
        if (mark == GrainState.UNALLOCATED && backing.isPresent()) {
            return false;
        }
        synchronized (lock) {
            map.set(grain, 1, mark, space);
            if (state >= 0) {
                space.free(grain, state);
            }
            dirty = true;
        }
        mapVersion.incrementAndGet();
        return true;
    }

    /** As many zeros as one write can place. */
    private long writeZeros(long at, long end, Backing backing) throws IOException {
        int count = (int) Math.min(end - at, ZEROS.capacity());
        return writePiece(at, at + count, ZEROS.slice(0, count), backing);
    }

    private long mark(Vacancy vacancy) throws IOException {
        synchronized (lock) {
            return vacancy == Vacancy.UNMAPPED ? space.unmapMark() : space.zeroMark();
        }
    }

    /** Once is enough: what was whole stays so while it is changed here. */
    void requireWhole() throws IOException {
        synchronized (lock) {
            if (!isWhole && !space.knowsWhole()) {
                tail.requireWhole(file, map);
            }
            isWhole = true;
        }
    }

    /** What is refused here has changed nothing. */
    private void begin() throws IOException {
        synchronized (lock) {
            guard.requireSound();
            if (!begun) {
                try {
                    requireWhole();
                    space.beforeFirstChange();
                } catch (VmdiskException e) {
                    throw e;
                } catch (IOException | RuntimeException e) {
                    abandon(e);
                    throw e;
                }
                begun = true;
            }
        }
    }

    private void markDirty() {
        synchronized (lock) {
            dirty = true;
        }
    }

    void flush() throws IOException {
        synchronized (lock) {
            guard.requireSound();
            if (dirty) {
                try {
                    space.flush(map);
                } catch (IOException | RuntimeException e) {
                    abandon(e);
                    throw e;
                }
                map.flushed();
                dirty = false;
            }
        }
    }

    void close() throws IOException {
        if (!guard.isSpoiled()) {
            releaseReserved();
            flush();
            space.close();
        }
    }
}

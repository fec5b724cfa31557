package io.vmdisk.extent.flat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.ChangeGuard;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A region of a file, byte for byte (FLAT, VMFS, raw, a device). Owns its file.
 *
 * <p>Holes of the file are told as zeros that hold no space, where the platform can be asked. The content is never
 * probed for a format: a guest may write anything there. A file that ends before the region does is damage, found when
 * the missing part is read; a last sector that is cut is filled with zeros.
 */
final class FlatExtent implements WritableExtent {
    private static final int SECTOR = Sector.BYTES;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final BlockFile file;
    private final long fileStart;
    private final long capacity;
    private final ChangeGuard guard;
    private volatile boolean isWhole;

    /**
     * A region.
     *
     * @param file its file, closed with the extent
     * @param fileStart byte of the file at which the extent begins
     * @param capacity bytes; {@code fileStart + capacity} does not overflow
     */
    FlatExtent(BlockFile file, long fileStart, long capacity) {
        this.file = file;
        this.fileStart = fileStart;
        this.capacity = capacity;
        this.guard = new ChangeGuard(AtomicName.finished(file.path()));
        Math.addExact(fileStart, capacity);
    }

    /** Its file. */
    BlockFile file() {
        return file;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public Optional<Path> path() {
        return Optional.of(file.path());
    }

    @Override
    public int grainBytes() {
        return SECTOR;
    }

    /** The end of a file that is too short looks like a hole; it is told as data, so that reading finds the damage. */
    @Override
    public void locate(long start, long length, ExtentSink sink) throws IOException {
        long end = start + length;
        long stored = file.size() - fileStart;
        long at = start;
        while (at < end) {
            long data = Math.max(at, file.nextData(fileStart + at) - fileStart);
            if (data > at && data >= stored && data < capacity) {
                data = at;
            }
            if (data > at) {
                long stop = Math.min(end, data);
                sink.zero(at, stop - at, -1);
                at = stop;
            }
            if (at < end) {
                long hole = file.nextHole(fileStart + at) - fileStart;
                boolean isHole = hole > at && (hole < stored || hole >= capacity);
                long stop = isHole ? Math.min(end, hole) : end;
                sink.data(at, stop - at, fileStart + at);
                at = stop;
            }
        }
    }

    /** Where bytes are is arithmetic; holes read as zeros without a call to find them. */
    @Override
    public void resolve(long start, long length, ExtentSink sink) throws IOException {
        sink.data(start, length, fileStart + start);
    }

    @Override
    public void readData(long fileOffset, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int got = file.read(fileOffset, into);
        if (got < wanted) {
            long cut = fileOffset + got;
            if (wanted - got >= SECTOR || cut % SECTOR == 0) {
                throw new MalformedFileException(
                        "truncated",
                        file.path(),
                        cut,
                        "the extent file ends after " + file.size() + " bytes, but the descriptor needs "
                                + (fileStart + capacity),
                        "copy the file again; its missing end can't be rebuilt");
            }
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    }

    @Override
    public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) {
        throw new IllegalStateException("a flat extent has no compressed grains");
    }

    @Override
    public long allocatedBytes() throws IOException {
        long known = file.allocatedBytes();
        return known >= 0 ? known : Math.min(capacity, Math.max(0, file.size() - fileStart));
    }

    @Override
    public long sharedBytes() throws IOException {
        return file.sharedBytes();
    }

    @Override
    public void write(long at, ByteBuffer from, Backing backing) throws IOException {
        changing(() -> file.writeFully(fileStart + at, from));
    }

    @Override
    public boolean shareData(long fileOffset, long length, BlockFile into, long at) throws IOException {
        return into.share(at, file, fileOffset, length);
    }

    @Override
    public boolean lendsTo(Volume volume, Path folder) throws IOException {
        return volume.sharesBlocksOf(folder, file);
    }

    @Override
    public boolean sharesBlocks() {
        return file.sharesBlocks();
    }

    @Override
    public boolean share(long at, long length, Extent from, long fileOffset) throws IOException {
        boolean[] shared = new boolean[1];
        changing(() -> shared[0] = from.shareData(fileOffset, length, file, fileStart + at));
        return shared[0];
    }

    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    @Override
    public void requireWhole() throws IOException {
        if (isWhole) {
            return;
        }
        long size = file.size();
        // All but a part of the last sector, which reads as zeros, has to be there.
        if (fileStart + capacity - size >= SECTOR) {
            throw new UnsafeStateException(
                    "truncated",
                    file.path(),
                    "the extent file ends after " + size + " bytes, but the descriptor needs " + (fileStart + capacity)
                            + ": what is written to a cut disk would make what it lost read as zeros",
                    Remedy.of(Kind.COPY_AGAIN)
                            .and(", or save what can be read with ")
                            .with(Kind.SALVAGE));
        }
        isWhole = true;
    }

    private void changing(Change change) throws IOException {
        requireWhole();
        guarded(change);
    }

    private void guarded(Change change) throws IOException {
        guard.requireSound();
        try {
            change.run();
        } catch (IOException | RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    /** Every byte has its place from the start. */
    @Override
    public void reserve(long at, long length) {}

    /** Punches a hole where that is possible, else writes zeros; only a file that keeps its size may be punched. */
    @Override
    public void zero(long at, long length, Backing backing) throws IOException {
        changing(() -> {
            if (!file.punch(fileStart + at, length)) {
                writeZeros(fileStart + at, length);
            }
        });
    }

    private void writeZeros(long fileOffset, long length) throws IOException {
        long done = 0;
        while (done < length) {
            int count = (int) Math.min(ZEROS.capacity(), length - done);
            file.writeFully(fileOffset + done, ZEROS.slice(0, count));
            done += count;
        }
    }

    @Override
    public void unmap(long at, long length, Backing backing) throws IOException {
        zero(at, length, backing);
    }

    @Override
    public void flush() throws IOException {
        guarded(file::force);
    }

    @Override
    public void abandon(Exception cause) {
        guard.spoil(cause);
    }

    /** Whatever is written, {@link #resolve} answers the same. */
    @Override
    public long mapVersion() {
        return 0;
    }

    @Override
    public long unflushedBytes() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

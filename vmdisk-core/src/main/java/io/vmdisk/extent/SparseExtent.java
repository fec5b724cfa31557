package io.vmdisk.extent;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The extent of every sparse format: a {@link GrainMap} over one file, for reading and, given a {@link GrainSpace}, for
 * writing.
 *
 * <p>Owns its file. The promises of {@link Extent} and {@link WritableExtent} about threads hold.
 */
public final class SparseExtent implements WritableExtent {
    private final BlockFile file;
    private final GrainMap map;
    private final int grainBytes;
    private final GrainTail tail;
    private final @Nullable GrainDecoder decoder;
    private final @Nullable SparseWriter writer;
    private final List<String> doubts;

    private SparseExtent(
            BlockFile file,
            GrainMap map,
            GrainTail tail,
            @Nullable GrainDecoder decoder,
            @Nullable SparseWriter writer,
            List<String> doubts) {
        this.file = file;
        this.map = map;
        this.grainBytes = map.geometry().grainBytes();
        this.tail = tail;
        this.decoder = decoder;
        this.writer = writer;
        this.doubts = List.copyOf(doubts);
    }

    /** An extent that can only be read. */
    public static SparseExtent readable(BlockFile file, GrainMap map, GrainTail tail) {
        return new SparseExtent(file, map, tail, null, null, List.of());
    }

    /** An extent of compressed grains, which can only be read. */
    public static SparseExtent compressed(BlockFile file, GrainMap map, GrainDecoder decoder) {
        return new SparseExtent(file, map, GrainTail.IS_DAMAGE, new KnownLengths(decoder), null, List.of());
    }

    /**
     * An extent of a damaged file, over a map {@link GrainMap#ofDamaged}: what is lost is told as such.
     *
     * @param doubts what {@link Extent#doubts} says
     */
    public static SparseExtent damaged(BlockFile file, GrainMap map, GrainTail tail, List<String> doubts) {
        return new SparseExtent(file, map, tail, null, null, doubts);
    }

    /** The same of compressed grains. */
    public static SparseExtent damaged(BlockFile file, GrainMap map, GrainDecoder decoder) {
        return new SparseExtent(file, map, GrainTail.IS_DAMAGE, new SalvageDecoder(decoder), null, List.of());
    }

    /** An extent that can be changed; it owns {@code space} too. */
    public static SparseExtent writable(BlockFile file, GrainMap map, GrainTail tail, GrainSpace space) {
        return new SparseExtent(file, map, tail, null, new SparseWriter(file, map, tail, space), List.of());
    }

    /** Its tables. */
    public GrainMap map() {
        return map;
    }

    /** Its file. */
    public BlockFile file() {
        return file;
    }

    @Override
    public long capacity() {
        return map.geometry().capacityBytes();
    }

    @Override
    public Optional<Path> path() {
        return Optional.of(file.path());
    }

    @Override
    public int grainBytes() {
        return grainBytes;
    }

    @Override
    public void locate(long start, long length, ExtentSink sink) throws IOException {
        if (decoder == null) {
            map.locate(start, length, (from, count, state) -> tell(from, count, state, sink));
        } else {
            locateCompressed(decoder, start, length, sink);
        }
    }

    private static void tell(long start, long length, long state, ExtentSink sink) throws IOException {
        if (state >= 0) {
            sink.data(start, length, state);
        } else if (state == GrainState.UNALLOCATED) {
            sink.unallocated(start, length);
        } else if (state == GrainState.LOST) {
            sink.lost(start, length);
        } else {
            sink.zero(start, length, GrainState.heldOffset(state));
        }
    }

    /** A compressed grain is told whole, even where only a part of it was asked for. */
    private void locateCompressed(GrainDecoder grains, long start, long length, ExtentSink sink) throws IOException {
        map.locate(start, length, (from, count, state) -> {
            if (state >= 0) {
                long grain = from / grainBytes;
                long grainStart = grain * grainBytes;
                long offset = state - (from - grainStart);
                int stored = grains.storedLength(offset);
                if (stored == SalvageDecoder.LOST) {
                    sink.lost(from, count);
                    return;
                }
                sink.compressed(grainStart, map.geometry().validBytes(grain), offset, stored);
            } else {
                tell(from, count, state, sink);
            }
        });
    }

    @Override
    public void readData(long fileOffset, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int got = file.read(fileOffset, into);
        if (got < wanted) {
            int missing = wanted - got;
            if (tail == GrainTail.IS_DAMAGE || missing >= grainBytes) {
                throw new MalformedFileException(
                        "truncated",
                        file.path(),
                        fileOffset,
                        "the file ends after " + file.size() + " bytes, but its tables place a grain of " + grainBytes
                                + " bytes at " + fileOffset,
                        Remedy.of(Kind.COPY_AGAIN).and("; ").with(Kind.CHECK).and(" lists every grain that is lost"));
            }
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    }

    @Override
    public List<String> doubts() {
        return doubts;
    }

    @Override
    public void requireWhole() throws IOException {
        if (writer == null) {
            // How long a compressed grain is stands before it, so only that it begins in the file is known without
            // reading it.
            GrainTail known = decoder == null ? tail : GrainTail.MAY_BE_TRIMMED;
            known.requireWhole(file, map);
        } else {
            writer.requireWhole();
        }
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
        return writer != null && file.sharesBlocks();
    }

    @Override
    public boolean share(long at, long length, Extent from, long fileOffset) throws IOException {
        return writer().share(at, length, from, fileOffset);
    }

    @Override
    public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException {
        if (decoder == null) {
            throw new IllegalStateException("no compressed grains in " + file.path());
        }
        decoder.inflate(start, fileOffset, storedLength, into);
    }

    @Override
    public long allocatedBytes() throws IOException {
        long known = file.allocatedBytes();
        return known >= 0 ? known : file.size();
    }

    @Override
    public long sharedBytes() throws IOException {
        return file.sharedBytes();
    }

    @Override
    public void write(long at, ByteBuffer from, Backing backing) throws IOException {
        writer().write(at, from, backing);
    }

    @Override
    public void reserve(long at, long length) throws IOException {
        writer().reserve(at, length);
    }

    @Override
    public void zero(long at, long length, Backing backing) throws IOException {
        writer().vacate(at, length, backing, SparseWriter.Vacancy.ZERO);
    }

    @Override
    public void unmap(long at, long length, Backing backing) throws IOException {
        writer().vacate(at, length, backing, SparseWriter.Vacancy.UNMAPPED);
    }

    @Override
    public void flush() throws IOException {
        writer().flush();
    }

    @Override
    public void abandon(Exception cause) {
        if (writer != null) {
            writer.abandon(cause);
        }
    }

    @Override
    public long mapVersion() {
        return writer == null ? 0 : writer.mapVersion();
    }

    @Override
    public long unflushedBytes() {
        return writer == null ? 0 : map.changedBytes();
    }

    private SparseWriter writer() throws UnsupportedFeatureException {
        if (writer == null) {
            throw new UnsupportedFeatureException(
                    "read-only", file.path(), "this extent is not open for writing", "convert it to another format");
        }
        return writer;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (writer != null) {
                writer.close();
            }
            if (decoder != null) {
                decoder.close();
            }
        }
    }
}

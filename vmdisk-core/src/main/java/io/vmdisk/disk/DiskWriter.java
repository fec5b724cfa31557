package io.vmdisk.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.ChangeGuard;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes the top link of a chain.
 *
 * <p>Thread-safe but for {@link #flush} and {@link #close}, which the disk runs alone. Before the first change the
 * descriptor gets a new content ID and loses its change tracking file, durably: a child must not look valid on changed
 * data, and a backup must not trust stale marks.
 *
 * @since 0.1
 */
final class DiskWriter implements Closeable {
    /** Tables that wait in memory; past this much they are flushed. */
    private static final long MAX_UNFLUSHED_BYTES = 32L << 20;

    private final OpenLink top;
    private final Volume volume;
    private final TableCache cache;
    private final Closeable guard;
    private final List<Backing> backings;
    private final List<WritableExtent> extents;
    private final boolean isPlain;
    private volatile boolean isWhole;
    private volatile boolean marked;
    private volatile boolean changed;
    private final ChangeGuard soundness;

    DiskWriter(List<OpenLink> links, OpenOptions options, TableCache cache, Closeable guard) {
        this.top = links.get(0);
        this.volume = options.volume();
        this.marked = options.allows(OpenOptions.Permission.KEEP_CONTENT_ID);
        this.cache = cache;
        this.guard = guard;
        this.soundness = new ChangeGuard(AtomicName.finished(top.facts().path()));
        List<OpenLink> below = links.subList(1, links.size());
        this.backings =
                top.pieces().stream().map(piece -> backing(piece, below)).toList();
        this.extents = extents(top.pieces());
        this.isPlain = top.facts().isPlain();
    }

    private static Backing backing(PlacedExtent piece, List<OpenLink> below) {
        return below.isEmpty() ? Backing.NONE : new ParentBacking(piece.start(), below);
    }

    boolean write(long position, ByteBuffer from) throws IOException {
        return forPieces(position, from.remaining(), (extent, at, length, backing) -> {
            extent.write(at, from.slice(from.position(), (int) length), backing);
            from.position(from.position() + (int) length);
        });
    }

    /** In plain extents every byte has its place from the start, and there is nothing to do. */
    boolean reserve(long position, long length) throws IOException {
        return !isPlain && forPieces(position, length, (extent, at, count, backing) -> extent.reserve(at, count));
    }

    /** Whether {@link #share} is worth asking: false where it works in no extent. */
    boolean sharesBlocks() {
        for (WritableExtent extent : extents) {
            if (extent.sharesBlocks()) {
                return true;
            }
        }
        return false;
    }

    /** Whether it was done; if not, part of it at most was. */
    boolean share(long position, long length, Extent from, long fileOffset) throws IOException {
        SharedPieces shared = new SharedPieces(from, fileOffset);
        forPieces(position, length, shared);
        return shared.all;
    }

    /** Shares one piece behind the other, as long as that can be done. */
    private static final class SharedPieces implements PieceChange {
        private final Extent from;
        private long fileOffset;
        private boolean all = true;

        SharedPieces(Extent from, long fileOffset) {
            this.from = from;
            this.fileOffset = fileOffset;
        }

        @Override
        public void apply(WritableExtent extent, long at, long length, Backing backing) throws IOException {
            all = all && extent.share(at, length, from, fileOffset);
            fileOffset += length;
        }
    }

    boolean zero(long position, long length) throws IOException {
        return forPieces(position, length, WritableExtent::zero);
    }

    boolean unmap(long position, long length) throws IOException {
        return forPieces(position, length, WritableExtent::unmap);
    }

    @FunctionalInterface
    private interface PieceChange {
        void apply(WritableExtent extent, long at, long length, Backing backing) throws IOException;
    }

    /** Whether the map of the range has changed. */
    private boolean forPieces(long position, long length, PieceChange change) throws IOException {
        refuseReadOnly(position, position + length);
        soundness.requireSound();
        requireWhole();
        markChanged();
        changed = true;
        try {
            return changePieces(position, length, change);
        } catch (LimitExceededException | UnsupportedFeatureException e) {
            // Refusals come before a grain is touched; for want of space a flush may help.
            throw e;
        } catch (IOException | RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    private boolean changePieces(long position, long length, PieceChange change) throws IOException {
        boolean moved = false;
        long end = position + length;
        long at = position;
        for (int i = top.pieceAt(position); at < end; i++) {
            PlacedExtent piece = top.pieces().get(i);
            WritableExtent extent = (WritableExtent) piece.extent();
            long stop = Math.min(end, piece.end());
            long before = extent.mapVersion();
            change.apply(extent, at - piece.start(), stop - at, backings.get(i));
            moved |= extent.mapVersion() != before;
            at = stop;
        }
        return moved;
    }

    /** Before anything has changed: neither the content ID nor the part of a range that lies in other extents. */
    private void refuseReadOnly(long position, long end) throws UnsupportedFeatureException {
        for (int i = top.pieceAt(position);
                i < top.pieces().size() && top.pieces().get(i).start() < end;
                i++) {
            PlacedExtent piece = top.pieces().get(i);
            if (!piece.isWritable()) {
                throw new UnsupportedFeatureException(
                        "read-only",
                        piece.extent().path().orElse(null),
                        "this extent, bytes " + piece.start() + " to " + (piece.end() - 1)
                                + " of the disk, can only be read",
                        "convert the disk first");
            }
        }
    }

    /** Of all its extents, as nobody would bring back one file of a disk whose others were changed meanwhile. */
    private void requireWhole() throws IOException {
        if (!isWhole) {
            top.requireWhole();
            isWhole = true;
        }
    }

    private void markChanged() throws IOException {
        if (!marked) {
            synchronized (this) {
                if (!marked) {
                    DiskLink link = top.facts();
                    if (!(link.place() instanceof DescriptorPlace.Missing)) {
                        DescriptorStore.replace(volume, link, changed(link.descriptor()));
                    }
                    marked = true;
                }
            }
        }
    }

    private static Descriptor changed(Descriptor descriptor) throws VmdiskException {
        Descriptor fresh = descriptor.withFreshContent(ContentId.bits());
        return fresh.changeTrackPath().isPresent() ? fresh.withoutChangeTracking() : fresh;
    }

    /** Whether so much waits that it should be flushed now. */
    boolean wantsFlush() {
        long waiting = 0;
        for (WritableExtent extent : extents) {
            waiting += extent.unflushedBytes();
        }
        return waiting > MAX_UNFLUSHED_BYTES || (waiting > 0 && cache.overBudget());
    }

    void flush() throws IOException {
        soundness.requireSound();
        if (changed) {
            try {
                for (WritableExtent extent : extents) {
                    extent.flush();
                }
            } catch (IOException | RuntimeException e) {
                abandon(e);
                throw e;
            }
        }
    }

    /** A disk of many files is changed as one: what failed in one is not published in any. */
    private void abandon(Exception cause) {
        soundness.spoil(cause);
        for (WritableExtent extent : extents) {
            extent.abandon(cause);
        }
    }

    private static List<WritableExtent> extents(List<PlacedExtent> pieces) {
        List<WritableExtent> extents = new ArrayList<>();
        for (PlacedExtent piece : pieces) {
            if (piece.isWritable() && piece.extent() instanceof WritableExtent extent) {
                extents.add(extent);
            }
        }
        return List.copyOf(extents);
    }

    /** Refuses once a change or a flush has failed half way: what is shown then is not what the next open finds. */
    void requireSound() throws IOException {
        soundness.requireSound();
    }

    @Override
    public void close() throws IOException {
        guard.close();
    }

    /** Reads what lies below a new grain. */
    private static final class ParentBacking implements Backing {
        private final long start;
        private final long capacity;
        private final ChainReader parents;

        ParentBacking(long start, List<OpenLink> below) {
            this.start = start;
            this.capacity = below.get(0).capacity();
            this.parents = new ChainReader(Layers.of(below), capacity);
        }

        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            long position = start + at;
            int inside = (int) Math.max(0, Math.min(into.remaining(), capacity - position));
            int limit = into.limit();
            into.limit(into.position() + inside);
            parents.read(position, into);
            into.limit(limit);
            ChainReader.fillZeros(into, into.remaining());
        }
    }
}

package io.vmdisk.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Joins neighbouring plain runs that came from different look-ups, before they reach the sink behind. */
final class JoiningSink implements ChainSink {
    private final ChainSink behind;
    private Kind kind = Kind.NOTHING;
    private long start;
    private long length;
    private int depth;
    private @Nullable PlacedExtent piece;
    private long offset;

    private enum Kind {
        NOTHING,
        DATA,
        ZERO,
        UNALLOCATED
    }

    JoiningSink(ChainSink behind) {
        this.behind = behind;
    }

    @Override
    public void data(long at, long count, int level, PlacedExtent holder, long fileOffset) throws IOException {
        boolean joins = kind == Kind.DATA && isPiece(holder) && offset + length == fileOffset && follows(at);
        add(joins, Kind.DATA, at, count, level, holder, fileOffset);
    }

    @Override
    public void compressed(
            long at,
            long count,
            int level,
            PlacedExtent holder,
            long fileOffset,
            int storedLength,
            long grainStart,
            int grainBytes)
            throws IOException {
        finish();
        behind.compressed(at, count, level, holder, fileOffset, storedLength, grainStart, grainBytes);
    }

    @Override
    public void zero(long at, long count, int level, @Nullable PlacedExtent holder, long heldOffset)
            throws IOException {
        boolean joins = kind == Kind.ZERO && depth == level && heldOffset < 0 && offset < 0 && follows(at);
        add(joins, Kind.ZERO, at, count, level, holder, heldOffset);
    }

    @Override
    public void unallocated(long at, long count, int level) throws IOException {
        boolean joins = kind == Kind.UNALLOCATED && depth == level && follows(at);
        add(joins, Kind.UNALLOCATED, at, count, level, null, -1);
    }

    private boolean isPiece(PlacedExtent holder) {
        return piece != null && holder.extent() == piece.extent();
    }

    private boolean follows(long at) {
        return start + length == at;
    }

    private void add(
            boolean joins, Kind next, long at, long count, int level, @Nullable PlacedExtent holder, long fileOffset)
            throws IOException {
        if (joins) {
            length += count;
            return;
        }
        finish();
        kind = next;
        start = at;
        length = count;
        depth = level;
        piece = holder;
        offset = fileOffset;
    }

    /** Hands on what is still held back. */
    void finish() throws IOException {
        Kind held = kind;
        kind = Kind.NOTHING;
        switch (held) {
            case DATA -> behind.data(start, length, depth, java.util.Objects.requireNonNull(piece), offset);
            case ZERO -> behind.zero(start, length, depth, piece, offset);
            case UNALLOCATED -> behind.unallocated(start, length, depth);
            case NOTHING -> {}
        }
    }
}

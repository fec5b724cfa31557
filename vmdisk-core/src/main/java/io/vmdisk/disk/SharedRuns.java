package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stretch of a disk stands on, to be shared by another disk. Cheap by runs, not by grains: one call for 4 KiB costs
 * as much as for a megabyte, so short runs are better copied.
 */
final class SharedRuns implements ChainSink {
    private final List<Part> parts = new ArrayList<>();
    private final long start;
    private final long length;
    private boolean possible = true;

    private record Part(long start, long length, Extent extent, long fileOffset) {}

    private SharedRuns(long start, long length) {
        this.start = start;
        this.length = length;
    }

    /** The runs of a range; zeros are none. */
    static SharedRuns of(ChainReader source, long start, long length) throws IOException {
        SharedRuns runs = new SharedRuns(start, length);
        source.locate(start, length, runs);
        return runs;
    }

    /** The first byte of the range that was asked for. */
    long start() {
        return start;
    }

    /** Its length in bytes. */
    long length() {
        return length;
    }

    /** Whether all of it could be shared, for less than copying costs. */
    boolean worthwhile() {
        return possible && !parts.isEmpty();
    }

    /**
     * Shares it all.
     *
     * @param shift what to add to a place in the source for that in the target
     * @return false as soon as a run can't be shared
     */
    boolean into(DiskWriter target, long shift) throws IOException {
        for (Part part : parts) {
            if (!target.share(part.start() + shift, part.length(), part.extent(), part.fileOffset())) {
                return false;
            }
        }
        return true;
    }

    /** The same into a file that is no disk. */
    boolean into(BlockFile target, long shift) throws IOException {
        for (Part part : parts) {
            if (!part.extent().shareData(part.fileOffset(), part.length(), target, part.start() + shift)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of it could be shared by files that are not there yet, at the same places. */
    boolean fit(NewFileSharing target) throws IOException {
        for (Part part : parts) {
            if (!target.takes(part.start(), part.length(), part.extent(), part.fileOffset())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void data(long at, long count, int depth, PlacedExtent piece, long fileOffset) {
        possible &= count >= BlockFile.LEAST_SHARED_BYTES;
        parts.add(new Part(at, count, piece.extent(), fileOffset));
    }

    @Override
    public void compressed(
            long at,
            long count,
            int depth,
            PlacedExtent piece,
            long fileOffset,
            int storedLength,
            long grainStart,
            int grainBytes) {
        possible = false;
    }

    @Override
    public void zero(long at, long count, int depth, @Nullable PlacedExtent piece, long heldOffset) {}

    @Override
    public void unallocated(long at, long count, int depth) {}
}

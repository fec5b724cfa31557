package io.vmdisk.disk;

import io.vmdisk.extent.Closers;
import io.vmdisk.extent.Extent;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One link of a chain with its extents open; owns them. */
final class OpenLink implements Closeable {
    private final DiskLink facts;
    private final List<PlacedExtent> pieces;
    private final long[] starts;
    private final long capacity;

    /** @param pieces without gaps, the first one at 0; none of a disk of 0 bytes */
    OpenLink(DiskLink facts, List<PlacedExtent> pieces) {
        this.facts = facts;
        this.pieces = List.copyOf(pieces);
        this.starts = new long[pieces.size()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = pieces.get(i).start();
        }
        this.capacity = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    }

    DiskLink facts() {
        return facts;
    }

    List<PlacedExtent> pieces() {
        return pieces;
    }

    long capacity() {
        return capacity;
    }

    /** The index of the piece that holds a byte inside the capacity. */
    int pieceAt(long position) {
        int found = Arrays.binarySearch(starts, position);
        return found >= 0 ? found : -found - 2;
    }

    /** What {@link Extent#doubts} says of its extents. */
    List<String> doubts() {
        return pieces.stream()
                .flatMap(piece -> piece.extent().doubts().stream())
                .toList();
    }

    /** Refuses a link of which an extent was cut. */
    void requireWhole() throws IOException {
        for (PlacedExtent piece : pieces) {
            piece.extent().requireWhole();
        }
    }

    @Override
    public void close() throws IOException {
        List<Closeable> extents = new ArrayList<>();
        for (PlacedExtent piece : pieces) {
            extents.add(piece.extent());
        }
        Closers.closeAll(extents);
    }
}

package io.vmdisk.transfer;

import io.vmdisk.Progress;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.StoredPieces;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.List;

/**
 * The long stretches of a disk that are offered for sharing as a whole, before chunks are: a call shares a block or a gigabyte
 * in the same time.
 */
final class ShareStretches {
    /** Long enough that most of the time goes into the calls, short enough that one bad run holds up little. */
    private static final int BYTES = 64 * Chunk.BYTES;

    private ShareStretches() {}

    /** Takes stretches, ascending. */
    @FunctionalInterface
    interface Visitor {
        void visit(long start, long end) throws IOException;
    }

    /** Visits those that hold something: what is empty is passed at the speed of the tables, or of a search for holes. */
    static void each(VirtualDisk disk, Visitor visitor) throws IOException {
        StoredPieces.walk(List.of(disk), BYTES, Progress.NONE, "sharing", piece -> {
            visitor.visit(piece.start(), piece.end());
            return true;
        });
    }
}

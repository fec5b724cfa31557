package io.vmdisk.disk;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import io.vmdisk.ByteRange;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Sector;
import io.vmdisk.extent.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is lost of a disk that is read for salvage: the one place where a stretch that can't be read becomes a lost range.
 *
 * <p>Ranges are bytes of the disk. Each is found when it is first looked at, so that all are known once all of the disk
 * was read or located. Safe for many threads.
 */
final class Losses {
    private static final int SECTOR = Sector.BYTES;

    private final RangeSet<Long> ranges = TreeRangeSet.create();

    /** A stretch of the disk is lost. */
    synchronized void add(long start, long length) {
        ranges.add(Range.closedOpen(start, start + length));
    }

    /** All that is known to be lost, ascending, neighbours joined. */
    synchronized List<ByteRange> list() {
        List<ByteRange> list = new ArrayList<>();
        for (Range<Long> range : ranges.asRanges()) {
            list.add(new ByteRange(range.lowerEndpoint(), range.upperEndpoint() - range.lowerEndpoint()));
        }
        return list;
    }

    /** Whether a failure is the fault of stored bytes, and not of whoever reads. */
    static boolean isDamage(IOException failure) {
        return !(failure instanceof OperationCancelledException || failure instanceof ClosedChannelException);
    }

    /**
     * Reads plain bytes; where that fails it tries smaller pieces, down to a sector, and gives up those alone.
     *
     * @param position of the first byte on the disk
     * @param into filled in any case, with zeros where bytes are lost
     */
    void readData(Extent extent, long fileOffset, long position, ByteBuffer into) throws IOException {
        int from = into.position();
        int count = into.remaining();
        try {
            extent.readData(fileOffset, into);
        } catch (IOException e) {
            if (!isDamage(e)) {
                throw e;
            }
            into.position(from);
            if (count <= SECTOR) {
                add(position, count);
                ChainReader.fillZeros(into, count);
                return;
            }
            int limit = into.limit();
            int half = (count / SECTOR + 1) / 2 * SECTOR;
            readData(extent, fileOffset, position, into.limit(from + half));
            readData(extent, fileOffset + half, position + half, into.limit(limit));
        }
    }
}

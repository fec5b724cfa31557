package io.vmdisk.extent.hosted;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Tells whether two places of a file hold the same grain: then it does not matter which of them a table names. */
final class GrainTwins {
    private static final int SECTOR = HostedLayout.SECTOR;
    private static final int READ_BYTES = 65536;

    private final BlockFile file;
    private final HostedHeader header;
    private final long fileBytes;
    private final long firstGrainSector;

    GrainTwins(BlockFile file, HostedHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.fileBytes = file.size();
        this.firstGrainSector =
                Math.max(HostedChecker.descriptorEnd(header, fileBytes / SECTOR), header.overheadSectors());
    }

    /** Whether both are grains that lie whole in the file, apart, with the same bytes. */
    boolean areEqual(long one, long other) throws IOException {
        long sectors = header.grainSectors();
        if (header.has(HostedFlags.COMPRESSED) || !isGrain(one) || !isGrain(other) || Math.abs(one - other) < sectors) {
            return false;
        }
        long bytes = sectors * SECTOR;
        ByteBuffer left = ByteBuffer.allocate((int) Math.min(READ_BYTES, bytes));
        ByteBuffer right = ByteBuffer.allocate(left.capacity());
        for (long done = 0; done < bytes; done += left.capacity()) {
            file.readFully(one * SECTOR + done, left.clear());
            file.readFully(other * SECTOR + done, right.clear());
            if (left.flip().mismatch(right.flip()) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a grain can lie there, whole in the file. */
    boolean isGrain(long sector) {
        return sector > 1 && sector >= firstGrainSector && (sector + header.grainSectors()) * SECTOR <= fileBytes;
    }
}

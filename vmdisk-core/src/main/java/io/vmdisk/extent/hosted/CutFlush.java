package io.vmdisk.extent.hosted;

import io.vmdisk.Progress;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A flush that a crash cut off between the redundant tables and the tables: the copies differ, each entry of both is
 * possible, and what the table says is read.
 *
 * <p>Whoever goes on writing builds upon what is read. So {@link #settle} makes the redundant copy follow before that: a
 * later repair, which takes the grain where only one copy has it, would bring back what nobody has seen meanwhile.
 */
final class CutFlush {
    private final HostedHeader header;
    private final GrainTwins grains;

    CutFlush(BlockFile file, HostedHeader header) throws IOException {
        this.header = header;
        this.grains = new GrainTwins(file, header);
    }

    /** Whether a crash can have left this difference: the file was not closed in order, and neither entry is damaged. */
    boolean explains(long entry, long redundantEntry) {
        return header.unclean() && isPossible(entry) && isPossible(redundantEntry);
    }

    private boolean isPossible(long entry) {
        return entry == 0 || (entry == 1 && header.has(HostedFlags.ZEROED_GRAINS)) || grains.isGrain(entry);
    }

    /** Makes the redundant tables say what the tables say, durably; tables with a damaged entry stay as they are. */
    static void settle(BlockFile file, HostedHeader header) throws IOException {
        CutFlush cut = new CutFlush(file, header);
        HostedLayout layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        new HostedTableReader(file, header, layout)
                .forEachTable(Progress.NONE, "opening", (table, sector, entries, redundantSector, redundant) -> {
                    if (entries != null && redundant != null && cut.explains(entries, redundant)) {
                        file.writeFully(redundantSector * HostedLayout.SECTOR, entries.duplicate());
                    }
                });
        file.force();
    }

    /** Whether the copies of a table differ, and by a crash only. */
    private boolean explains(ByteBuffer entries, ByteBuffer redundant) {
        if (entries.mismatch(redundant) < 0) {
            return false;
        }
        for (int at = 0; at < entries.capacity(); at += Integer.BYTES) {
            long one = Integer.toUnsignedLong(entries.getInt(at));
            long other = Integer.toUnsignedLong(redundant.getInt(at));
            if (one != other && !explains(one, other)) {
                return false;
            }
        }
        return true;
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A flush that a crash cut off between the redundant tables and the tables: the copies differ, each entry of both is
 * possible, and what the table says is read.
 *
 * <p>Whoever goes on writing builds upon what is read. So {@link #settle} makes the redundant copy follow before that: a
 * later repair, which takes the grain where only one copy has it, would bring back what nobody has seen meanwhile. But a
 * table that lost its entries looks the same, and then the redundant copy is all there is of its grains. New grains come
 * behind all others, unless freed ones were used again; so where a grain that the table lacks is no new one, nothing is
 * overwritten without the user's word.
 */
final class CutFlush {
    private final BlockFile file;
    private final HostedHeader header;
    private final HostedTableReader tables;
    private final GrainTwins grains;
    private long lastGrainSector = -1;

    /** What a difference between both copies comes from. */
    enum Cause {
        /** A crash, which leaves such entries. */
        CRASH,
        /** A crash, if freed grains were used again, or the loss of the table's entry. */
        CRASH_OR_LOSS,
        /** An entry that no writer leaves, or a file that was closed in order. */
        DAMAGE
    }

    CutFlush(BlockFile file, HostedHeader header, HostedTableReader tables) throws IOException {
        this.file = file;
        this.header = header;
        this.tables = tables;
        this.grains = new GrainTwins(file, header);
    }

    Cause causeOf(long entry, long redundantEntry) throws IOException {
        if (!header.unclean() || !isPossible(entry) || !isPossible(redundantEntry)) {
            return Cause.DAMAGE;
        }
        boolean isLost = entry == 0 && redundantEntry > 1 && redundantEntry < lastGrainSector();
        return isLost ? Cause.CRASH_OR_LOSS : Cause.CRASH;
    }

    private boolean isPossible(long entry) {
        return entry == 0 || (entry == 1 && header.has(HostedFlags.ZEROED_GRAINS)) || grains.isGrain(entry);
    }

    /** The last one that the tables name; all are read for it, once. */
    private long lastGrainSector() throws IOException {
        if (lastGrainSector < 0) {
            long[] last = {0};
            tables.forEachTable(Progress.NONE, "opening", (table, sector, entries, redundantSector, redundant) -> {
                for (int at = 0; entries != null && at < entries.capacity(); at += Integer.BYTES) {
                    long entry = Integer.toUnsignedLong(entries.getInt(at));
                    if (grains.isGrain(entry)) {
                        last[0] = Math.max(last[0], entry);
                    }
                }
            });
            lastGrainSector = last[0];
        }
        return lastGrainSector;
    }

    /**
     * Makes the redundant tables say what the tables say, durably; tables with a damaged entry stay as they are.
     *
     * @throws UnsafeStateException if that could overwrite the last trace of a grain
     */
    static void settle(BlockFile file, HostedHeader header) throws IOException {
        HostedLayout layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        CutFlush cut = new CutFlush(file, header, new HostedTableReader(file, header, layout));
        cut.tables.forEachTable(Progress.NONE, "opening", (table, sector, entries, redundantSector, redundant) -> {
            if (redundant == null) {
                return;
            }
            // A table that is missing as a whole names no grain; its copy stays for the repair.
            ByteBuffer known = entries == null ? ByteBuffer.allocate(redundant.capacity()) : entries;
            if (cut.isToSettle(table, known, redundant) && entries != null) {
                file.writeFully(redundantSector * HostedLayout.SECTOR, entries.duplicate());
            }
        });
        file.force();
    }

    /** Whether the copies of a table differ, and by a crash only. */
    private boolean isToSettle(int table, ByteBuffer entries, ByteBuffer redundant) throws IOException {
        if (entries.mismatch(redundant) < 0) {
            return false;
        }
        for (int at = 0; at < entries.capacity(); at += Integer.BYTES) {
            long one = Integer.toUnsignedLong(entries.getInt(at));
            long other = Integer.toUnsignedLong(redundant.getInt(at));
            Cause cause = one == other ? Cause.CRASH : causeOf(one, other);
            if (cause == Cause.CRASH_OR_LOSS) {
                throw new UnsafeStateException(
                        "tables-differ",
                        file.path(),
                        "the file was not closed in order, and grain "
                                + ((long) table * header.entriesPerTable() + at / Integer.BYTES)
                                + " is missing in its table, but at sector " + other + " by the redundant one",
                        Remedy.say("look at it with ")
                                .with(Kind.CHECK)
                                .and("; ")
                                .with(Kind.REPAIR_TABLES)
                                .and(" brings the grain back"));
            }
            if (cause == Cause.DAMAGE) {
                return false;
            }
        }
        return true;
    }
}

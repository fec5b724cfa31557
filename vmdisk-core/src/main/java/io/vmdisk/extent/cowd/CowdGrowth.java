package io.vmdisk.extent.cowd;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a disk larger where the last sector of its directory has room for more entries: 256 MiB at most.
 *
 * <p>Only the header changes. Before that everything the new capacity uncovers is found to be empty: the rest of the last
 * grain, of the last table and of the directory.
 */
final class CowdGrowth {
    private final BlockFile file;
    private final CowdLayout before;
    private final GrainMap map;

    private CowdGrowth(BlockFile file, CowdLayout before) {
        this.file = file;
        this.before = before;
        this.map = CowdExtents.map(file, before, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
    }

    /** Whether the directory can have the entries; also true past what the format can have. */
    static boolean hasRoom(CowdLayout before, long capacitySectors) {
        return capacitySectors > CowdLayout.MAX_CAPACITY_SECTORS
                || CowdLayout.endOfDirectory(larger(before.header(), capacitySectors)) <= before.firstFreeSector();
    }

    private static CowdHeader larger(CowdHeader header, long capacitySectors) {
        long entries = Sector.ceilDiv(capacitySectors, (long) CowdLayout.ENTRIES_PER_TABLE * header.grainSectors());
        return header.withCapacity(capacitySectors, Math.max(entries, header.directoryEntries()));
    }

    static void requireClean(BlockFile file, CowdHeader header) throws UnsafeStateException {
        if (header.uncleanShutdown() != 0) {
            throw new UnsafeStateException(
                    "unclean", file.path(), "the file was not closed in order", "check and repair it first");
        }
    }

    static void grow(BlockFile file, CowdLayout before, long capacitySectors) throws IOException {
        CowdHeader header = before.header();
        requireClean(file, header);
        if (capacitySectors < header.capacitySectors()) {
            throw new LimitExceededException(
                    "shrink",
                    file.path(),
                    "the disk has " + before.capacityBytes() + " bytes and can't become smaller in place",
                    "convert it to a smaller one");
        }
        CowdHeader larger = larger(header, capacitySectors);
        if (capacitySectors > CowdLayout.MAX_CAPACITY_SECTORS || !hasRoom(before, capacitySectors)) {
            throw new LimitExceededException(
                    "cowd-growth",
                    file.path(),
                    "the directory of this disk of " + before.capacityBytes() + " bytes has no room for "
                            + capacitySectors + " sectors",
                    "convert the disk to a larger one");
        }
        if (capacitySectors > header.capacitySectors()) {
            new CowdGrowth(file, before).uncover(CowdLayout.of(larger, file.path()));
        }
    }

    private void uncover(CowdLayout after) throws IOException {
        requireEmptyDirectory(after);
        requireEmptyEntries();
        clearRestOfLastGrain();
        file.force();
        file.writeFully(0, after.header().encode());
        file.force();
    }

    /** A directory may end inside its last sector, and the file with it; what is missing is added. */
    private void requireEmptyDirectory(CowdLayout after) throws IOException {
        long sectorEnd = before.firstFreeSector() * CowdHeader.SECTOR_BYTES;
        if (file.size() < sectorEnd) {
            file.setSize(sectorEnd);
        }
        byte[] entries = new byte[(after.tableCount() - before.tableCount()) * CowdLayout.ENTRY_BYTES];
        file.readFully(before.directoryEnd(), ByteBuffer.wrap(entries));
        for (byte part : entries) {
            if (part != 0) {
                throw unsafe("the grain directory");
            }
        }
    }

    private void requireEmptyEntries() throws IOException {
        long table = map.tableOffset(before.tableCount() - 1);
        if (table == GrainState.UNALLOCATED) {
            return;
        }
        ByteBuffer entries = ByteBuffer.allocate(CowdLayout.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(table, entries);
        int first = (int) ((before.grainCount() - 1) % CowdLayout.ENTRIES_PER_TABLE) + 1;
        for (int entry = first; entry < CowdLayout.ENTRIES_PER_TABLE; entry++) {
            if (entries.getInt(entry * CowdLayout.ENTRY_BYTES) != 0) {
                throw unsafe("the last grain table");
            }
        }
    }

    private void clearRestOfLastGrain() throws IOException {
        long last = before.grainCount() - 1;
        long state = map.state(last);
        int valid = map.geometry().validBytes(last);
        if (GrainState.isData(state) && valid < before.grainBytes()) {
            file.writeFully(state + valid, ByteBuffer.allocate(before.grainBytes() - valid));
        }
    }

    private UnsafeStateException unsafe(String where) {
        return new UnsafeStateException(
                "damaged",
                file.path(),
                where + " has entries behind the end of the disk, which would become visible",
                "convert the disk to a larger one");
    }
}

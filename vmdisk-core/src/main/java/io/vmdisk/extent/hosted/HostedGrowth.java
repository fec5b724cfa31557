package io.vmdisk.extent.hosted;

import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a hosted sparse extent larger in place, or smaller where its end is empty.
 *
 * <p>What the larger disk needs is written behind the end of the file and forced: directories for both copies, which keep
 * naming the tables that exist, and tables for the rest. Then one sector, the header, makes all of it count at once. So a
 * crash leaves the old extent or the new one; sectors that the old directories took are not used again.
 */
final class HostedGrowth {
    private static final int SECTOR = HostedLayout.SECTOR;

    private final BlockFile file;
    private final HostedHeader header;
    private final HostedLayout before;
    private final GrainMap map;

    private HostedGrowth(BlockFile file, HostedHeader header, GrainMap map) throws IOException {
        this.file = file;
        this.header = header;
        this.map = map;
        this.before = layout(header.capacitySectors());
    }

    /** Reads what is there; refuses an extent that can't be changed in place. */
    static HostedGrowth of(BlockFile file) throws IOException {
        HostedHeader header = HostedExtents.header(file);
        if (header.has(HostedFlags.COMPRESSED)) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    file.path(),
                    "a stream-optimised disk can't change its size",
                    "convert it to another format first");
        }
        if (header.unclean()) {
            throw new UnsafeStateException(
                    "unclean", file.path(), "the file was not closed in order", "check and repair it first");
        }
        GrainMap map = HostedExtents.map(file, header, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
        return new HostedGrowth(file, header, map);
    }

    void grow(long capacitySectors) throws IOException {
        if (capacitySectors <= header.capacitySectors()) {
            return;
        }
        HostedLayout.requireCapacity(capacitySectors, file.path());
        HostedLayout after = layout(capacitySectors);
        requireEmptyEntries();
        clearRestOfLastGrain();
        HostedHeader larger = after.tables() == before.tables()
                ? header.withCapacity(capacitySectors)
                : withNewTables(after, capacitySectors);
        file.force();
        file.writeFully(0, larger.encode());
        file.force();
    }

    /** Everything behind the new end holds nothing already. */
    void shrink(long capacitySectors) throws IOException {
        map.locate(
                capacitySectors * SECTOR,
                (header.capacitySectors() - capacitySectors) * SECTOR,
                (start, length, state) -> {
                    boolean inLastGrain = start / map.geometry().grainBytes()
                            == (capacitySectors * SECTOR - 1) / map.geometry().grainBytes();
                    if (state != GrainState.UNALLOCATED && !inLastGrain) {
                        throw new UnsafeStateException(
                                "shrink",
                                file.path(),
                                "the extent still holds data at " + start + ", behind its new end",
                                "choose a larger size");
                    }
                });
        file.writeFully(0, header.withCapacity(capacitySectors).encode());
        file.force();
    }

    private HostedLayout layout(long capacitySectors) throws IOException {
        return HostedLayout.of(capacitySectors, header.grainSectors(), header.entriesPerTable(), file.path());
    }

    private HostedHeader withNewTables(HostedLayout after, long capacitySectors) throws IOException {
        boolean redundant = header.has(HostedFlags.REDUNDANT_TABLES);
        long first = freeSector();
        AddedTables added = new AddedTables(first, after);
        long copies = redundant ? 2 : 1;
        long room = copies * (after.directorySectors() + after.tables() * after.tableSectors());
        HostedLayout.requireTables(first + room, file.path());
        long redundantDirectory = header.redundantDirectorySector();
        if (redundant) {
            redundantDirectory = added.directory(redundantDirectory);
        }
        long directory = added.directory(header.directorySector());
        long grainBytes = header.grainSectors() * SECTOR;
        file.setSize(Sector.roundUp(added.next * SECTOR, grainBytes));
        return header.withTables(capacitySectors, redundantDirectory, directory);
    }

    /** Behind the file's end, and behind the part of a last grain that a copy tool may have trimmed. */
    private long freeSector() throws IOException {
        long size = file.size();
        long grainBytes = header.grainSectors() * SECTOR;
        long grains = size / grainBytes + (size % grainBytes == 0 ? 0 : 2);
        return Math.max(grains * header.grainSectors(), header.overheadSectors());
    }

    /** Hands out sectors at the end of the file and writes directories there. */
    private final class AddedTables {
        private final HostedLayout after;
        private long next;

        AddedTables(long next, HostedLayout after) {
            this.next = next;
            this.after = after;
        }

        /** Writes a directory with the tables that {@code present} names and new ones; returns its sector. */
        long directory(long present) throws IOException {
            ByteBuffer entries = ByteBuffer.allocate(Math.toIntExact(after.directorySectors() * SECTOR))
                    .order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(present * SECTOR, entries.slice(0, before.tables() * Integer.BYTES));
            long directory = next;
            next += after.directorySectors();
            for (int table = 0; table < after.tables(); table++) {
                long sector = Integer.toUnsignedLong(entries.getInt(table * Integer.BYTES));
                if (sector <= 1) {
                    entries.putInt(table * Integer.BYTES, (int) newTable(table));
                }
            }
            file.writeFully(directory * SECTOR, entries);
            return directory;
        }

        /** A copy of the other directory's table if only one had it, else an empty one. */
        private long newTable(int table) throws IOException {
            long sector = next;
            next += after.tableSectors();
            ByteBuffer entries = ByteBuffer.allocate(Math.toIntExact(after.tableSectors() * SECTOR));
            long other = table < before.tables() ? map.tableOffset(table) : GrainState.UNALLOCATED;
            if (other != GrainState.UNALLOCATED) {
                file.readFully(other, entries.slice(0, header.entriesPerTable() * Integer.BYTES));
            }
            file.writeFully(sector * SECTOR, entries);
            return sector;
        }
    }

    private void requireEmptyEntries() throws IOException {
        long table = map.tableOffset(before.tables() - 1);
        if (table == GrainState.UNALLOCATED) {
            return;
        }
        int entriesPerTable = header.entriesPerTable();
        ByteBuffer entries =
                ByteBuffer.allocate(entriesPerTable * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(table, entries);
        int first = (int) ((map.geometry().grains() - 1) % entriesPerTable) + 1;
        for (int entry = first; entry < entriesPerTable; entry++) {
            if (entries.getInt(entry * Integer.BYTES) != 0) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "the last grain table has entries behind the end of the disk, which would become visible",
                        "convert the disk to a larger one");
            }
        }
    }

    private void clearRestOfLastGrain() throws IOException {
        long last = map.geometry().grains() - 1;
        long state = map.state(last);
        int valid = map.geometry().validBytes(last);
        int grainBytes = map.geometry().grainBytes();
        if (GrainState.isData(state) && valid < grainBytes) {
            file.writeFully(state + valid, ByteBuffer.allocate(grainBytes - valid));
        }
    }
}

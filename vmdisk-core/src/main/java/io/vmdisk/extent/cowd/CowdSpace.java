package io.vmdisk.extent.cowd;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpace;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.SpanQueue;
import io.vmdisk.extent.StoredGrains;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Space in a VMFSsparse file: everything new goes behind everything old.
 *
 * <p>The header's free sector is not believed: some tools never raise it, and following it would overwrite live data. New
 * space begins at the highest of that sector, the file's end, and the end of whatever an entry names. The order of a
 * flush: data, zeroed tables and the raised free sector; force; tables and directory; force. So the free sector is never
 * behind what an entry names. The mark of an unclean shutdown is durable before the first change, and gone only after a
 * close whose last flush succeeded. Grains freed in this session are used again in it; the format has no free list.
 */
final class CowdSpace implements GrainSpace {
    /** A million stretches, 16 MiB each for what is free and what was freed; more is not reused. */
    private static final int MAX_FREE_SPANS = 1 << 20;

    private final BlockFile file;
    private final CowdLayout layout;
    private final GrainMap map;
    private final int grainSectors;
    private final SpanQueue free = new SpanQueue(MAX_FREE_SPANS);
    private final SpanQueue freed = new SpanQueue(MAX_FREE_SPANS);
    private final Map<Integer, Long> reservedTables = new HashMap<>();
    private CowdHeader header;
    private long end = -1;
    private boolean begun;
    private boolean consistent = true;

    CowdSpace(BlockFile file, CowdLayout layout, GrainMap map) {
        this.file = file;
        this.layout = layout;
        this.map = map;
        this.header = layout.header();
        this.grainSectors = header.grainSectors();
    }

    @Override
    public void beforeFirstChange() throws IOException {
        write(header.asInUse());
        file.force();
        begun = true;
    }

    private void write(CowdHeader changed) throws IOException {
        file.writeFully(0, changed.encode());
        header = changed;
    }

    @Override
    public GrainSpan allocate(long firstGrain, int wanted) throws IOException {
        int table = map.geometry().tableOf(firstGrain);
        if (map.rawDirectoryEntry(table) == 0 && !reservedTables.containsKey(table)) {
            reservedTables.put(table, newTable());
        }
        if (!free.isEmpty()) {
            long sectors = Math.min((long) wanted * grainSectors, free.firstCount());
            return span(free.take(sectors), sectors);
        }
        int inTable = CowdLayout.ENTRIES_PER_TABLE - map.geometry().entryOf(firstGrain);
        long sectors = (long) Math.min(wanted, inTable) * grainSectors;
        return span(append(sectors), sectors);
    }

    private GrainSpan span(long sector, long sectors) {
        return new GrainSpan(sector * CowdHeader.SECTOR_BYTES, (int) (sectors / grainSectors));
    }

    private long newTable() throws IOException {
        long at = append(CowdLayout.TABLE_SECTORS) * CowdHeader.SECTOR_BYTES;
        file.writeFully(at, ByteBuffer.allocate(CowdLayout.TABLE_BYTES));
        return at;
    }

    private long append(long sectors) throws IOException {
        if (end < 0) {
            end = firstFreeSector();
        }
        if (sectors > CowdLayout.MAX_FILE_SECTORS - end) {
            throw new LimitExceededException(
                    "cowd-full",
                    file.path(),
                    "the file would grow past " + CowdLayout.MAX_FILE_SECTORS
                            + " sectors, where its 32-bit sector numbers end",
                    "convert the disk to seSparse");
        }
        long first = end;
        end += sectors;
        return first;
    }

    /** Looked for when it is first needed only: a disk that is overwritten in place never pays for the scan. */
    private long firstFreeSector() throws IOException {
        HighestSector highest = new HighestSector();
        highest.note(header.freeSector());
        highest.note(layout.firstFreeSector());
        highest.note(Sector.ceilDiv(file.size(), CowdHeader.SECTOR_BYTES));
        for (int table = map.nextTable(0); table < layout.tableCount(); table = map.nextTable(table + 1)) {
            highest.note(map.tableOffset(table) / CowdHeader.SECTOR_BYTES + CowdLayout.TABLE_SECTORS);
        }
        // The last grain of a disk is stored whole although the disk may end inside it.
        StoredGrains.of(file, map)
                .forEach((grain, offset) -> highest.note(offset / CowdHeader.SECTOR_BYTES + grainSectors));
        return highest.sector;
    }

    /** The format keeps no list of what is free; the free sector lies behind everything already. */
    @Override
    public void take(long firstGrain, GrainSpan places) {}

    @Override
    public void free(long grain, long fileOffset) {
        // Beyond the bound, space is lost to this session and becomes a leak, which is harmless.
        freed.add(fileOffset / CowdHeader.SECTOR_BYTES, grainSectors);
    }

    @Override
    public long allocateTable(int table) throws IOException {
        Long reserved = reservedTables.remove(table);
        return reserved != null ? reserved : newTable();
    }

    @Override
    public long zeroMark() {
        return GrainState.UNALLOCATED;
    }

    @Override
    public long unmapMark() {
        return GrainState.UNALLOCATED;
    }

    @Override
    public void flush(GrainMap changed) throws IOException {
        consistent = false;
        if (end > header.freeSector()) {
            write(header.withFreeSector(Math.min(end, CowdLayout.MAX_FILE_SECTORS - 1)));
        }
        file.force();
        changed.writeTables(changed::tableOffset);
        changed.writeDirectory(layout.directoryAt(), changed::rawDirectoryEntry);
        file.force();
        while (!freed.isEmpty()) {
            long sectors = freed.firstCount();
            free.add(freed.take(sectors), sectors);
        }
        consistent = true;
    }

    /** A file must not end before its free sector: others take that for a cut file. */
    @Override
    public void close() throws IOException {
        if (!begun || !consistent) {
            return;
        }
        long bytes = header.freeSector() * CowdHeader.SECTOR_BYTES;
        if (file.size() < bytes) {
            file.setSize(bytes);
        }
        file.force();
        write(header.asClean());
        file.force();
    }

    private static final class HighestSector {
        private long sector;

        void note(long candidate) {
            sector = Math.max(sector, candidate);
        }
    }
}

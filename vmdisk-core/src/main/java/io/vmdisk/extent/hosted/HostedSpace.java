package io.vmdisk.extent.hosted;

import io.vmdisk.LimitExceededException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpace;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.GrainState;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Space in a hosted sparse file.
 *
 * <p>New grains go to the end, at a grain-aligned place; grains freed in this session are used first, after the flush
 * that made their absence durable. The order of a flush: data, force, redundant tables, force, tables, force. So an
 * entry never points at bytes that were not written, and of the two copies at least one is whole after a crash; the
 * redundant one is the newer. The header's unclean mark is durable before the first change and gone after the last.
 */
final class HostedSpace implements GrainSpace {
    private final BlockFile file;
    private final long grainBytes;
    private final long tableBytes;
    private final boolean redundant;
    private final ArrayDeque<Long> free = new ArrayDeque<>();
    private final List<Long> freedSinceFlush = new ArrayList<>();
    private final Map<Integer, Long> redundantTables = new HashMap<>();
    private final ZeroMarks zeroMarks;
    private HostedHeader header;
    private long end;

    /** Whether grains of zeros may be enabled in a file whose header does not have them yet. */
    enum ZeroMarks {
        /** Over a parent a zero must be marked, or it would fall through. */
        ENABLE,
        /** Without a parent nothing reads as zeros as it is. */
        AS_HEADER
    }

    HostedSpace(BlockFile file, HostedHeader header, ZeroMarks zeroMarks) throws IOException {
        this.file = file;
        this.header = header;
        this.zeroMarks = zeroMarks;
        this.grainBytes = header.grainSectors() * HostedLayout.SECTOR;
        this.tableBytes = (long) header.entriesPerTable() * Integer.BYTES;
        this.redundant = header.has(HostedFlags.REDUNDANT_TABLES);
        this.end = roundUp(Math.max(file.size(), header.overheadSectors() * HostedLayout.SECTOR));
    }

    private long roundUp(long bytes) {
        return (bytes + grainBytes - 1) / grainBytes * grainBytes;
    }

    @Override
    public void beforeFirstChange() throws IOException {
        writeHeader(header.withUnclean(true));
        file.force();
    }

    private void writeHeader(HostedHeader changed) throws IOException {
        file.writeFully(0, changed.encode());
        header = changed;
    }

    @Override
    public GrainSpan allocate(long firstGrain, int wanted) throws IOException {
        Long reused = free.poll();
        if (reused != null) {
            return new GrainSpan(reused, 1);
        }
        long offset = take(wanted * grainBytes);
        return new GrainSpan(offset, wanted);
    }

    private long take(long bytes) throws LimitExceededException {
        long limit = HostedLayout.MAX_FILE_SECTORS * HostedLayout.SECTOR;
        if (bytes > limit - end) {
            throw new LimitExceededException(
                    "extent-size",
                    file.path(),
                    "the extent would grow past " + limit + " bytes, where its 32-bit sector numbers end",
                    "convert the disk to a split or another format");
        }
        long offset = end;
        end = roundUp(end + bytes);
        return offset;
    }

    @Override
    public void free(long grain, long fileOffset) {
        freedSinceFlush.add(fileOffset);
    }

    /** Only foreign files lack tables: ours and VMware's have them all from the start. */
    @Override
    public long allocateTable(int table) throws IOException {
        long offset = take(redundant ? 2 * tableBytes : tableBytes);
        file.writeFully(offset, ByteBuffer.allocate(Math.toIntExact(redundant ? 2 * tableBytes : tableBytes)));
        if (redundant) {
            redundantTables.put(table, offset + tableBytes);
        }
        file.force();
        return offset;
    }

    @Override
    public long zeroMark() throws IOException {
        if (header.has(HostedFlags.ZEROED_GRAINS)) {
            return GrainState.ZERO;
        }
        if (zeroMarks == ZeroMarks.AS_HEADER) {
            return GrainState.UNALLOCATED;
        }
        writeHeader(header.withZeroedGrains());
        file.force();
        return GrainState.ZERO;
    }

    @Override
    public long unmapMark() throws IOException {
        return zeroMarks == ZeroMarks.AS_HEADER ? GrainState.UNALLOCATED : zeroMark();
    }

    @Override
    public void flush(GrainMap map) throws IOException {
        file.force();
        if (redundant) {
            map.writeTables(this::redundantTable);
            map.writeDirectory(
                    header.redundantDirectorySector() * HostedLayout.SECTOR,
                    table -> redundantTable(table) / HostedLayout.SECTOR);
            file.force();
        }
        map.writeTables(map::tableOffset);
        map.writeDirectory(header.directorySector() * HostedLayout.SECTOR, map::rawDirectoryEntry);
        file.force();
        free.addAll(freedSinceFlush);
        freedSinceFlush.clear();
    }

    private long redundantTable(int table) throws IOException {
        Long known = redundantTables.get(table);
        if (known == null) {
            ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(
                    header.redundantDirectorySector() * HostedLayout.SECTOR + (long) table * Integer.BYTES, entry);
            long sector = Integer.toUnsignedLong(entry.getInt(0));
            known = sector <= 1 ? -1 : sector * HostedLayout.SECTOR;
            redundantTables.put(table, known);
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        if (header.unclean()) {
            writeHeader(header.withUnclean(false));
            file.force();
        }
    }
}

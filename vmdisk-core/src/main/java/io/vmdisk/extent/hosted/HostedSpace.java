package io.vmdisk.extent.hosted;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpace;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.SpanQueue;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Space in a hosted sparse file.
 *
 * <p>New grains go to the end, at a grain-aligned place; grains freed in this session are used first, after the flush
 * that made their absence durable. The order of a flush: data, force, redundant tables, force, tables, force. So an
 * entry never points at bytes that were not written, and of the two copies at least one is whole after a crash; the
 * redundant one is the newer. The header's unclean mark is durable before the first change and gone after the
 * last, but only if the last flush succeeded.
 */
final class HostedSpace implements GrainSpace {
    /** A million stretches, 16 MiB each for what is free and what was freed; more is not reused. */
    private static final int MAX_FREE_SPANS = 1 << 20;

    private static final long MAX_BYTES = HostedLayout.MAX_FILE_SECTORS * HostedLayout.SECTOR;

    private final BlockFile file;
    private final long grainBytes;
    private final long tableBytes;
    private final boolean redundant;
    private final SpanQueue free = new SpanQueue(MAX_FREE_SPANS);
    private final SpanQueue freed = new SpanQueue(MAX_FREE_SPANS);
    private final Map<Integer, Long> redundantTables = new HashMap<>();
    private final ZeroMarks zeroMarks;
    private HostedHeader header;
    private volatile long end;
    private boolean begun;
    private boolean consistent = true;

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
        long stored = roundUp(Math.max(file.size(), header.overheadSectors() * HostedLayout.SECTOR));
        // Where grains are not aligned, one that a copy tool trimmed may reach past the next aligned place.
        boolean aligned = header.overheadSectors() % header.grainSectors() == 0;
        this.end = aligned ? stored : stored + grainBytes;
        if (redundant) {
            checkRedundantDirectory();
        }
    }

    /** All of it before the first change: a flush that fails half-way would lose what was written. */
    private void checkRedundantDirectory() throws IOException {
        HostedLayout layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        layout.checkRedundantFits(header, file.size(), file.path());
        long directory = header.redundantDirectorySector() * HostedLayout.SECTOR;
        long lastTable = file.size() - tableBytes;
        ByteBuffer entries = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int table = 0; table < layout.tables(); ) {
            int count = Math.min(entries.capacity() / Integer.BYTES, layout.tables() - table);
            entries.clear().limit(count * Integer.BYTES);
            file.readFully(directory + (long) table * Integer.BYTES, entries);
            entries.flip();
            for (; entries.hasRemaining(); table++) {
                long sector = Integer.toUnsignedLong(entries.getInt());
                if (sector > 1 && (sector < header.endOfDescriptor() || sector * HostedLayout.SECTOR > lastTable)) {
                    throw new MalformedFileException(
                            "redundant-directory",
                            file.path(),
                            directory + (long) table * Integer.BYTES,
                            "the redundant directory places table " + table + " at sector " + sector
                                    + ", where no table can be",
                            Remedy.say("a damaged disk is not written to; ")
                                    .with(Kind.REPAIR_TABLES)
                                    .and(" restores it from the other directory"));
                }
            }
        }
    }

    /** The end of all that is stored or about to be. */
    long endBytes() {
        return end;
    }

    private long roundUp(long bytes) {
        return Sector.roundUp(bytes, grainBytes);
    }

    @Override
    public void beforeFirstChange() throws IOException {
        if (redundant && header.unclean()) {
            CutFlush.settle(file, header);
        }
        writeHeader(header.withUnclean(true));
        file.force();
        begun = true;
    }

    private void writeHeader(HostedHeader changed) throws IOException {
        file.writeFully(0, changed.encode());
        header = changed;
    }

    @Override
    public GrainSpan allocate(long firstGrain, int wanted) throws IOException {
        if (!free.isEmpty()) {
            long grains = Math.min(wanted, free.firstCount() / grainBytes);
            return new GrainSpan(free.take(grains * grainBytes), (int) grains);
        }
        long offset = take(wanted * grainBytes);
        return new GrainSpan(offset, wanted);
    }

    private long take(long bytes) throws LimitExceededException {
        if (bytes > MAX_BYTES - end) {
            throw new LimitExceededException(
                    "extent-size",
                    file.path(),
                    "the file is full: it would grow past " + MAX_BYTES + " bytes, where its 32-bit sector numbers end",
                    Remedy.say("convert the disk with ")
                            .with(Kind.CONVERT, "2gbsparse")
                            .and(", whose parts have room for all of it"));
        }
        long offset = end;
        end = roundUp(end + bytes);
        return offset;
    }

    /** The format keeps no list of what is free. */
    @Override
    public void take(long firstGrain, GrainSpan places) {}

    @Override
    public void free(long grain, long fileOffset) {
        // Beyond the bound, space is lost to this session and becomes a leak, which is harmless.
        freed.add(fileOffset, grainBytes);
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
        consistent = false;
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
        while (!freed.isEmpty()) {
            long bytes = freed.firstCount();
            free.add(freed.take(bytes), bytes);
        }
        consistent = true;
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
        if (begun && consistent) {
            writeHeader(header.withUnclean(false));
            file.force();
        }
    }
}

package io.vmdisk.extent;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the grains of one sparse extent lie: a directory of tables, paged in and bounded by a {@link TableCache}.
 *
 * <p>Answers for whole windows at once and joins neighbours. Look-ups run in parallel and take no lock once a table is
 * in memory. {@link #set} is called by one writer at a time. Changes stay in memory until the format's flush writes
 * them with {@link #writeTables} and {@link #writeDirectory}; memory of unchanged tables is bounded by the cache.
 */
public final class GrainMap {
    private final BlockFile file;
    private final GrainGeometry geometry;
    private final EntryCodec codec;
    private final MapSource source;
    private final TableCache cache;
    private final Joining joining;
    private final int tableBytes;
    private final AtomicReferenceArray<@Nullable DirectoryPage> pages;
    private final List<GrainTable> changedTables = new ArrayList<>();
    private final List<Integer> changedDirectoryEntries = new ArrayList<>();

    /** Whether grains that lie in a row in the file may be told as one run. */
    public enum Joining {
        /** Plain grains. */
        NEIGHBOURS,
        /** Compressed grains: each is its own run. */
        NEVER
    }

    /** Where a copy of a table lies. */
    @FunctionalInterface
    public interface TablePlace {
        /** The file offset of the copy, or -1 to skip it. */
        long offsetOf(int table) throws IOException;
    }

    /** What stands in a directory for a table. */
    @FunctionalInterface
    public interface DirectoryValue {
        /** The raw entry. */
        long rawEntry(int table) throws IOException;
    }

    /**
     * A map over the tables in {@code file}.
     *
     * @param directoryOffset file offset of the directory
     */
    public GrainMap(
            BlockFile file,
            GrainGeometry geometry,
            EntryCodec codec,
            long directoryOffset,
            TableCache cache,
            Joining joining) {
        this(file, geometry, codec, new StoredTables(file, geometry, codec, directoryOffset), cache, joining);
    }

    private GrainMap(
            BlockFile file,
            GrainGeometry geometry,
            EntryCodec codec,
            MapSource source,
            TableCache cache,
            Joining joining) {
        this.file = file;
        this.geometry = geometry;
        this.codec = codec;
        this.source = source;
        this.cache = cache;
        this.joining = joining;
        this.tableBytes = Math.multiplyExact(geometry.entriesPerTable(), codec.entryBytes());
        this.pages = new AtomicReferenceArray<>(Sector.ceilDiv(geometry.tables(), DirectoryPage.ENTRIES));
    }

    /**
     * A map over what can be read of the tables of a damaged file: an entry that can't be told is {@link GrainState#LOST},
     * and nothing is refused.
     *
     * @param elsewhere what else tells of entries that are lost
     * @param directories file offsets of the directory and of its copies, the one that counts first; a place that can't
     *     be is as good as lost
     */
    public static GrainMap ofDamaged(
            BlockFile file,
            GrainGeometry geometry,
            EntryCodec codec,
            TableCache cache,
            Joining joining,
            LostEntries elsewhere,
            long... directories)
            throws IOException {
        SalvageCodec salvage = new SalvageCodec(codec, file.size());
        SalvagedTables tables = new SalvagedTables(file, geometry, salvage, elsewhere, directories);
        return new GrainMap(file, geometry, salvage, tables, cache, joining);
    }

    /** The same with tables that were found in another way. */
    public static GrainMap ofDamaged(
            BlockFile file,
            GrainGeometry geometry,
            EntryCodec codec,
            TableCache cache,
            Joining joining,
            MapSource source)
            throws IOException {
        return new GrainMap(file, geometry, new SalvageCodec(codec, file.size()), source, cache, joining);
    }

    /** How the extent is divided. */
    public GrainGeometry geometry() {
        return geometry;
    }

    /** What its entries mean. */
    EntryCodec codec() {
        return codec;
    }

    /** What the entry of a grain says. */
    public long state(long grain) throws IOException {
        GrainTable table = table(geometry.tableOf(grain));
        return table == null ? GrainState.UNALLOCATED : codec.state(table.raw(geometry.entryOf(grain)), grain);
    }

    /** The entry of a grain as it stands in its table, 0 without a table. */
    public long rawEntry(long grain) throws IOException {
        GrainTable table = table(geometry.tableOf(grain));
        return table == null ? 0 : table.raw(geometry.entryOf(grain));
    }

    /** Where a table lies, or {@link GrainState#UNALLOCATED}. */
    public long tableOffset(int table) throws IOException {
        return codec.tableOffset(page(table).raw(table), table);
    }

    /** The directory entry of a table as it stands in the directory. */
    public long rawDirectoryEntry(int table) throws IOException {
        return page(table).raw(table);
    }

    /**
     * The first table at or behind {@code table} that may exist, or the number of tables: skips empty stretches of the
     * directory at once.
     */
    public int nextTable(int table) throws IOException {
        int next = table;
        while (next < geometry.tables()) {
            DirectoryPage page = page(next);
            int pageEnd = (next / DirectoryPage.ENTRIES + 1) * DirectoryPage.ENTRIES;
            if (!page.isEmpty()) {
                for (; next < Math.min(pageEnd, geometry.tables()); next++) {
                    if (page.raw(next) != 0) {
                        return next;
                    }
                }
            }
            next = pageEnd;
        }
        return geometry.tables();
    }

    /** Streams the states of a range of the extent, in bytes, ascending, neighbours joined. */
    public void locate(long start, long length, StateSink sink) throws IOException {
        long end = start + length;
        int grainBytes = geometry.grainBytes();
        long runStart = start;
        long runState = GrainState.UNALLOCATED;
        long at = start;
        while (at < end) {
            long grain = at / grainBytes;
            int index = geometry.tableOf(grain);
            GrainTable table = table(index);
            if (table == null) {
                long skipTo = Math.min(end, nextTable(index + 1) * geometry.tableCoverage());
                if (runState != GrainState.UNALLOCATED) {
                    sink.run(runStart, at - runStart, runState);
                    runStart = at;
                    runState = GrainState.UNALLOCATED;
                }
                at = skipTo;
                continue;
            }
            long tableEnd = Math.min(end, (index + 1L) * geometry.tableCoverage());
            for (int entry = geometry.entryOf(grain); at < tableEnd; entry++, grain++) {
                long state = codec.state(table.raw(entry), grain);
                if (state >= 0) {
                    state += at - grain * grainBytes;
                }
                if (at == start) {
                    runState = state;
                } else if (!continues(runState, at - runStart, state)) {
                    sink.run(runStart, at - runStart, runState);
                    runStart = at;
                    runState = state;
                }
                at = Math.min(tableEnd, (grain + 1) * grainBytes);
            }
        }
        if (end > runStart) {
            sink.run(runStart, end - runStart, runState);
        }
    }

    private boolean continues(long runState, long runLength, long state) {
        if (runState >= 0) {
            return joining == Joining.NEIGHBOURS && state == runState + runLength;
        }
        return GrainState.heldOffset(runState) < 0 && state == runState;
    }

    private @Nullable GrainTable table(int index) throws IOException {
        DirectoryPage page = page(index);
        GrainTable table = page.cached(index);
        if (table != null) {
            table.recentlyUsed = true;
            return table;
        }
        return page.raw(index) == 0 ? null : load(page, index);
    }

    private @Nullable GrainTable load(DirectoryPage page, int index) throws IOException {
        GrainTable table;
        synchronized (page) {
            table = page.cached(index);
            if (table != null) {
                return table;
            }
            byte[] bytes = source.table(index, page.raw(index));
            if (bytes == null) {
                return null;
            }
            table = new GrainTable(index, bytes, codec.entryBytes(), page);
            page.keep(table);
        }
        cache.add(table);
        return table;
    }

    private DirectoryPage page(int table) throws IOException {
        int number = table / DirectoryPage.ENTRIES;
        DirectoryPage page = pages.get(number);
        return page != null ? page : loadPage(number);
    }

    private synchronized DirectoryPage loadPage(int number) throws IOException {
        DirectoryPage known = pages.get(number);
        if (known != null) {
            return known;
        }
        int first = number * DirectoryPage.ENTRIES;
        int count = Math.min(DirectoryPage.ENTRIES, geometry.tables() - first);
        DirectoryPage page = new DirectoryPage(first, source.directory(first, count));
        pages.set(number, page);
        return page;
    }

    /**
     * Changes the entries of grains in a row; data states advance by a grain each. Tables that don't exist yet are taken
     * from {@code space}.
     */
    public void set(long firstGrain, int count, long firstState, GrainSpace space) throws IOException {
        long state = firstState;
        for (long grain = firstGrain; grain < firstGrain + count; grain++) {
            long raw = codec.rawEntry(state);
            GrainTable table;
            do {
                table = tableForChange(geometry.tableOf(grain), space);
                if (!table.isDirty()) {
                    synchronized (changedTables) {
                        changedTables.add(table);
                    }
                }
            } while (!table.set(geometry.entryOf(grain), raw));
            if (state >= 0) {
                state += geometry.grainBytes();
            }
        }
    }

    /** Takes space now for the tables of grains in a row that have none yet. */
    void makeTables(long firstGrain, int count, GrainSpace space) throws IOException {
        for (int table = geometry.tableOf(firstGrain); table <= geometry.tableOf(firstGrain + count - 1); table++) {
            if (rawDirectoryEntry(table) == 0) {
                tableForChange(table, space);
            }
        }
    }

    private GrainTable tableForChange(int index, GrainSpace space) throws IOException {
        GrainTable table = table(index);
        if (table != null) {
            return table;
        }
        long offset = space.allocateTable(index);
        DirectoryPage page = page(index);
        table = new GrainTable(index, new byte[tableBytes], codec.entryBytes(), page);
        synchronized (page) {
            page.setRaw(index, codec.rawDirectoryEntry(offset));
            page.keep(table);
        }
        changedDirectoryEntries.add(index);
        cache.add(table);
        return table;
    }

    /** Bytes that {@link #writeTables} would write. */
    public long changedBytes() {
        synchronized (changedTables) {
            return (long) changedTables.size() * tableBytes;
        }
    }

    /** Writes the changed sectors of all changed tables to one of the places that hold a copy. */
    public void writeTables(TablePlace place) throws IOException {
        List<GrainTable> changed = changedInOrder();
        for (GrainTable table : changed) {
            long offset = place.offsetOf(table.index);
            if (offset >= 0) {
                writeChangedSectors(table, offset);
            }
        }
    }

    private List<GrainTable> changedInOrder() {
        synchronized (changedTables) {
            changedTables.sort(Comparator.comparingInt(table -> table.index));
            return List.copyOf(changedTables);
        }
    }

    private void writeChangedSectors(GrainTable table, long offset) throws IOException {
        long dirty = table.dirtySectors();
        int sector = 0;
        while (dirty >>> sector != 0) {
            sector += Long.numberOfTrailingZeros(dirty >>> sector);
            int count = Long.numberOfTrailingZeros(~(dirty >>> sector));
            int from = sector * GrainTable.SECTOR;
            int to = Math.min(tableBytes, (sector + count) * GrainTable.SECTOR);
            file.writeFully(offset + from, ByteBuffer.wrap(table.bytes, from, to - from));
            sector += count;
            if (sector >= Long.SIZE) {
                break;
            }
        }
    }

    /** Writes the changed entries of the directory to one of the places that hold a copy. */
    public void writeDirectory(long offset, DirectoryValue value) throws IOException {
        int entryBytes = codec.entryBytes();
        for (int table : changedDirectoryEntries) {
            ByteBuffer entry = ByteBuffer.allocate(entryBytes).order(ByteOrder.LITTLE_ENDIAN);
            long raw = value.rawEntry(table);
            if (entryBytes == Integer.BYTES) {
                entry.putInt((int) raw);
            } else {
                entry.putLong(raw);
            }
            file.writeFully(offset + (long) table * entryBytes, entry.flip());
        }
    }

    /** All changes are durable: tables may leave memory again. */
    public void flushed() {
        synchronized (changedTables) {
            changedTables.forEach(GrainTable::clean);
            changedTables.clear();
        }
        changedDirectoryEntries.clear();
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.Progress;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads both copies of all grain tables from the first to the last, for checks and repairs.
 *
 * <p>Neighbours in the file are read at once, up to a MiB of each copy; memory is bounded by that. What lies outside of
 * the file is told as such, never read. Not thread-safe.
 */
final class HostedTableReader {
    /** A directory entry that names no table. */
    static final long NO_TABLE = 0;

    private static final int PAGE_ENTRIES = 512;

    private final BlockFile file;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final long fileBytes;
    private final int tableBytes;
    private final boolean hasPrimary;
    private final boolean hasRedundant;

    HostedTableReader(BlockFile file, HostedHeader header, HostedLayout layout) throws IOException {
        this.file = file;
        this.header = header;
        this.layout = layout;
        this.fileBytes = file.size();
        this.tableBytes = header.entriesPerTable() * Integer.BYTES;
        this.hasPrimary = directoryFits(header.directorySector());
        this.hasRedundant =
                header.has(HostedFlags.REDUNDANT_TABLES) && directoryFits(header.redundantDirectorySector());
    }

    /** What is told of each table; entries are read-only by custom and valid during the call only. */
    @FunctionalInterface
    interface TableSink {
        /**
         * One table.
         *
         * @param table its index
         * @param sector what the directory says, as it stands
         * @param entries the table, or null if there is none inside the file
         * @param redundantSector what the redundant directory says; {@link #NO_TABLE} without such a directory
         * @param redundantEntries its table, or null
         */
        void table(
                int table,
                long sector,
                @Nullable ByteBuffer entries,
                long redundantSector,
                @Nullable ByteBuffer redundantEntries)
                throws IOException;
    }

    /** Whether the directory lies in the file. */
    boolean hasPrimary() {
        return hasPrimary;
    }

    /** Whether there is a redundant directory and it lies in the file. */
    boolean hasRedundant() {
        return hasRedundant;
    }

    private boolean directoryFits(long sector) {
        return sector >= 1
                && sector <= fileBytes / HostedLayout.SECTOR
                && (long) layout.tables() * Integer.BYTES <= fileBytes - sector * HostedLayout.SECTOR;
    }

    /** Whether a directory entry names a place where a table can be. */
    boolean isTable(long sector) {
        return sector > 1 && sector * HostedLayout.SECTOR + tableBytes <= fileBytes;
    }

    /** Where in the file the directory entry of a table stands. */
    long entryAt(int table) {
        return header.directorySector() * HostedLayout.SECTOR + (long) table * Integer.BYTES;
    }

    /** Where in the file the redundant directory entry of a table stands. */
    long redundantEntryAt(int table) {
        return header.redundantDirectorySector() * HostedLayout.SECTOR + (long) table * Integer.BYTES;
    }

    /** Reads all. */
    void forEachTable(Progress progress, String operation, TableSink sink) throws IOException {
        Copy primary = new Copy(hasPrimary ? header.directorySector() : NO_TABLE);
        Copy redundant = new Copy(hasRedundant ? header.redundantDirectorySector() : NO_TABLE);
        for (int first = 0; first < layout.tables(); first += PAGE_ENTRIES) {
            progress.checkCancelled(operation);
            int count = Math.min(PAGE_ENTRIES, layout.tables() - first);
            primary.page(first, count);
            redundant.page(first, count);
            for (int i = 0; i < count; i++) {
                sink.table(
                        first + i, primary.sectors[i], primary.entries(i), redundant.sectors[i], redundant.entries(i));
            }
            progress.advance((long) count * tableBytes);
        }
    }

    /** One of both copies, a page of its directory at a time. */
    private final class Copy {
        private final long directorySector;
        private final int pageEntries = Math.min(PAGE_ENTRIES, layout.tables());
        private final long[] sectors = new long[pageEntries];
        private final ByteBuffer bytes =
                ByteBuffer.allocate(pageEntries * tableBytes).order(ByteOrder.LITTLE_ENDIAN);

        Copy(long directorySector) {
            this.directorySector = directorySector;
        }

        void page(int first, int count) throws IOException {
            if (directorySector == NO_TABLE) {
                return;
            }
            ByteBuffer page = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(directorySector * HostedLayout.SECTOR + (long) first * Integer.BYTES, page);
            for (int i = 0; i < count; i++) {
                sectors[i] = Integer.toUnsignedLong(page.getInt(i * Integer.BYTES));
            }
            for (int i = 0; i < count; ) {
                int end = i + 1;
                if (isTable(sectors[i])) {
                    while (end < count
                            && sectors[end] * HostedLayout.SECTOR == sectors[end - 1] * HostedLayout.SECTOR + tableBytes
                            && isTable(sectors[end])) {
                        end++;
                    }
                    bytes.limit(end * tableBytes).position(i * tableBytes);
                    file.readFully(sectors[i] * HostedLayout.SECTOR, bytes);
                }
                i = end;
            }
        }

        @Nullable
        ByteBuffer entries(int i) {
            if (!isTable(sectors[i])) {
                return null;
            }
            bytes.clear();
            return bytes.slice(i * tableBytes, tableBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes both copies of the grain tables agree again, finds a directory that the header has lost, and takes the mark of an
 * unclean shutdown away.
 *
 * <p>Where one copy is impossible the other is taken; where one has a grain and the other nothing, the grain; where
 * both have the same bytes at different places, as after a move that a crash ended, the redundant one, which is written
 * first. Two different grains that are both possible can't be decided, and a result in which grains share space is not
 * believed: then nothing is written. Guest data stays as it is. Running it twice changes nothing more.
 */
final class HostedRepair {
    private static final int SECTOR = HostedLayout.SECTOR;

    private final BlockFile file;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final HostedTableReader tables;
    private final Progress progress;
    private final GrainTwins twins;
    private final long fileBytes;
    private final long descriptorEnd;
    private final boolean directoryWasLost;
    private long changedTables;
    private long changedEntries;

    private HostedRepair(BlockFile file, HostedHeader header, HostedHeader written, Progress progress)
            throws IOException {
        this.file = file;
        this.header = header;
        this.directoryWasLost = header.directorySector() != written.directorySector();
        this.layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        this.tables = new HostedTableReader(file, header, layout);
        this.progress = progress;
        this.twins = new GrainTwins(file, header);
        this.fileBytes = file.size();
        this.descriptorEnd = HostedChecker.descriptorEnd(header, fileBytes / SECTOR);
    }

    /**
     * What a repair would change.
     *
     * @param tables directory entries that are set again, of both copies
     * @param entries table entries that are set again, of both copies
     * @param directory whether the header gets a directory again that lies in the file
     * @param unclean whether the mark of an unclean shutdown is taken away
     */
    public record Outcome(long tables, long entries, boolean directory, boolean unclean) {
        /** Whether nothing needs to change. */
        public boolean isEmpty() {
            return tables == 0 && entries == 0 && !directory && !unclean;
        }
    }

    /**
     * Finds out what would change; writes nothing.
     *
     * @throws UnsafeStateException if it can't be decided what is right
     */
    static Outcome plan(BlockFile file, Progress progress) throws IOException {
        HostedRepair repair = of(file, progress);
        repair.verify();
        return new Outcome(
                repair.changedTables, repair.changedEntries, repair.directoryWasLost, repair.header.unclean());
    }

    /** Repairs a file that nobody has open. */
    static void restoreTables(BlockFile file, Progress progress) throws IOException {
        HostedRepair repair = of(file, progress);
        repair.verify();
        repair.write();
    }

    /** Bytes from the start of the file that hold all that a repair may change. */
    static long metadataBytes(BlockFile file) throws IOException {
        HostedRepair repair = of(file, Progress.NONE);
        long[] end = {Math.max(1, repair.header.overheadSectors()) * SECTOR};
        repair.tables.forEachTable(Progress.NONE, "repair", (table, sector, primary, redundantSector, redundant) -> {
            long tableBytes = repair.layout.tableSectors() * SECTOR;
            end[0] = primary == null ? end[0] : Math.max(end[0], sector * SECTOR + tableBytes);
            end[0] = redundant == null ? end[0] : Math.max(end[0], redundantSector * SECTOR + tableBytes);
        });
        return Math.min(end[0], repair.fileBytes);
    }

    private static HostedRepair of(BlockFile file, Progress progress) throws IOException {
        HostedHeader header = HostedExtents.header(file);
        if (header.has(HostedFlags.COMPRESSED)) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    file.path(),
                    "a stream-optimised disk can't be changed in place",
                    Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read"));
        }
        HostedRepair repair = new HostedRepair(file, LostDirectory.found(file, header), header, progress);
        if (!repair.tables.hasPrimary()) {
            throw new MalformedFileException(
                    "directory",
                    file.path(),
                    56,
                    "the grain directory does not lie in the file, and no other does, so no table can be repaired",
                    Remedy.of(Kind.COPY_AGAIN));
        }
        return repair;
    }

    private boolean keepsCopies() {
        return tables.hasRedundant();
    }

    private boolean isPlausible(long sector) {
        return sector >= descriptorEnd && tables.isTable(sector);
    }

    /** Where a table stands, or has to stand again: the place that every product gives it. */
    private long placeOf(int table, long sector, long directory, boolean needed) {
        if (isPlausible(sector)) {
            return sector;
        }
        long fresh = layout.freshTable(directory, table);
        return needed && isPlausible(fresh) ? fresh : HostedTableReader.NO_TABLE;
    }

    /** Goes through the result as it would be, one window after the other: nothing in it may share space. */
    private void verify() throws IOException {
        SectorUse use = new SectorUse();
        long start = 0;
        do {
            use.begin(start);
            boolean first = start == 0;
            changedTables = first ? 0 : changedTables;
            claim(use, 0, descriptorEnd);
            claim(use, header.directorySector(), layout.directorySectors());
            if (keepsCopies()) {
                claim(use, header.redundantDirectorySector(), layout.directorySectors());
            }
            tables.forEachTable(progress, "repair", (table, sector, primary, redundantSector, redundant) -> {
                Merged merged = merge(table, sector, primary, redundantSector, redundant);
                if (merged != null) {
                    verify(merged, use, first);
                }
            });
            start += SectorUse.WINDOW_SECTORS;
        } while (!use.isDone(fileBytes / SECTOR));
    }

    private void verify(Merged merged, SectorUse use, boolean count) throws UnsafeStateException {
        claim(use, merged.sector, layout.tableSectors());
        if (merged.redundantSector != HostedTableReader.NO_TABLE) {
            claim(use, merged.redundantSector, layout.tableSectors());
        }
        for (int entry = 0; entry < header.entriesPerTable(); entry++) {
            long grain = Integer.toUnsignedLong(merged.entries.getInt(entry * Integer.BYTES));
            if (grain > 1) {
                claim(use, grain, header.grainSectors());
            }
        }
        if (count) {
            changedTables += merged.changedTables;
            changedEntries += merged.changedEntries;
        }
    }

    private void claim(SectorUse use, long sector, long count) throws UnsafeStateException {
        long taken = use.claim(sector, count);
        if (taken != SectorUse.FREE) {
            throw undecided("even then sector " + taken + " would be used twice");
        }
    }

    private UnsafeStateException undecided(String why) {
        return new UnsafeStateException(
                "damaged",
                file.path(),
                "the two copies of the tables do not tell what is right: " + why,
                "convert the disk, which only reads it");
    }

    /** A table as it should be. */
    private record Merged(
            int table,
            long sector,
            long redundantSector,
            ByteBuffer entries,
            long changedTables,
            long changedEntries) {}

    private @Nullable Merged merge(
            int table, long sector, @Nullable ByteBuffer primary, long redundantSector, @Nullable ByteBuffer redundant)
            throws IOException {
        ByteBuffer one = isPlausible(sector) ? primary : null;
        ByteBuffer other = isPlausible(redundantSector) ? redundant : null;
        if (one == null && other == null) {
            if (sector > 1) {
                throw undecided("both copies of table " + table + " are lost");
            }
            return null;
        }
        long place = placeOf(table, sector, header.directorySector(), true);
        long redundantPlace = placeOf(table, redundantSector, header.redundantDirectorySector(), keepsCopies());
        if (place == HostedTableReader.NO_TABLE) {
            throw undecided("there is no place for table " + table);
        }
        int moved = (place == sector ? 0 : 1) + (redundantPlace == redundantSector || !keepsCopies() ? 0 : 1);
        ByteBuffer entries =
                ByteBuffer.allocate(header.entriesPerTable() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int changed = 0;
        for (int i = 0; i < header.entriesPerTable(); i++) {
            int at = i * Integer.BYTES;
            int a = one == null ? Objects.requireNonNull(other).getInt(at) : one.getInt(at);
            int b = other == null ? a : other.getInt(at);
            int right = a == b ? a : choose(table, i, a, b);
            entries.putInt(at, right);
            changed += one != null && a != right ? 1 : 0;
            changed += other != null && b != right ? 1 : 0;
        }
        return new Merged(table, place, redundantPlace, entries, moved, changed);
    }

    private int choose(int table, int entry, int one, int other) throws IOException {
        if (!isPossible(one)) {
            return other;
        }
        if (!isPossible(other) || other == 0) {
            return one;
        }
        if (one == 0 || twins.areEqual(Integer.toUnsignedLong(one), Integer.toUnsignedLong(other))) {
            return other;
        }
        if (header.unclean()) {
            // A crash cut a flush off: each of them was right at some time, and the table's is what is read.
            return one;
        }
        throw undecided("grain " + ((long) table * header.entriesPerTable() + entry) + " is at sector "
                + Integer.toUnsignedLong(one) + " or at sector " + Integer.toUnsignedLong(other));
    }

    private boolean isPossible(int entry) {
        long sector = Integer.toUnsignedLong(entry);
        return sector <= 1 || (sector >= descriptorEnd && sector * SECTOR < fileBytes);
    }

    /** The redundant copy first: a crash leaves at least one copy of each table whole. */
    private void write() throws IOException {
        if (keepsCopies()) {
            writeTables(Side.REDUNDANT);
            file.force();
        }
        writeTables(Side.PRIMARY);
        file.force();
        if (header.unclean() || directoryWasLost) {
            file.writeFully(0, header.withUnclean(false).encode());
            file.force();
        }
    }

    private enum Side {
        PRIMARY,
        REDUNDANT
    }

    private void writeTables(Side side) throws IOException {
        tables.forEachTable(progress, "repair", (table, sector, primary, redundantSector, redundant) -> {
            Merged merged = merge(table, sector, primary, redundantSector, redundant);
            if (merged == null) {
                return;
            }
            boolean first = side == Side.PRIMARY;
            long place = first ? merged.sector : merged.redundantSector;
            ByteBuffer present = first ? primary : redundant;
            long named = first ? sector : redundantSector;
            if (place == HostedTableReader.NO_TABLE) {
                return;
            }
            if (place != named || present == null || present.mismatch(merged.entries) >= 0) {
                file.writeFully(place * SECTOR, merged.entries.duplicate());
            }
            if (place != named) {
                ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                entry.putInt(0, (int) place);
                file.writeFully(first ? tables.entryAt(table) : tables.redundantEntryAt(table), entry);
            }
        });
    }
}

package io.vmdisk.extent.sesparse;

import io.vmdisk.LimitExceededException;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainTail;
import io.vmdisk.extent.SparseExtent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens, makes and grows SEsparse extents.
 *
 * <p>An opened extent owns the file it was given; if opening fails the file is still the caller's.
 */
final class SeSparseExtents {
    private SeSparseExtents() {}

    /** The disk's length in bytes, from the header; the rest of the file may be missing. */
    public static long capacityBytes(BlockFile file) throws IOException {
        return SeSparseFile.layout(file).capacityBytes();
    }

    /**
     * Opens an extent for reading.
     *
     * @throws io.vmdisk.UnsafeStateException ({@code journal}) if it was not closed in order
     */
    static Extent open(BlockFile file, TableCache cache) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireClean();
        return readable(opened, cache);
    }

    private static Extent readable(SeSparseFile opened, TableCache cache) {
        return SparseExtent.readable(opened.file(), map(opened, cache), GrainTail.IS_DAMAGE);
    }

    /**
     * Opens a damaged extent as its tables say: what can't be read of it is found by the back map, or told as lost. Only
     * its header must be whole; the journal is not asked.
     */
    public static Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        SeSparseLayout layout = SeSparseFile.layout(file);
        GrainMap map = GrainMap.ofDamaged(
                file,
                geometry(layout),
                new SeSparseMeantCodec(layout, file.path()),
                cache,
                GrainMap.Joining.NEIGHBOURS,
                new BackMapEntries(file, layout),
                layout.directoryEntryAt(0));
        return SparseExtent.damaged(file, map, GrainTail.IS_DAMAGE, doubts(file));
    }

    /** A header that can't be read leaves tables that may be right. */
    private static List<String> doubts(BlockFile file) throws IOException {
        try {
            return SeSparseFile.read(file).state().replayJournal() == 0
                    ? List.of()
                    : List.of(file.path().getFileName()
                            + " was not closed in order: the latest changes may stand in its journal alone, and are"
                            + " missing");
        } catch (IOException e) {
            return List.of(file.path().getFileName() + " may have been written to after its tables: its state can't be"
                    + " read");
        }
    }

    /**
     * Opens an extent for reading and writing.
     *
     * @throws io.vmdisk.UnsafeStateException ({@code journal}) if it was not closed in order
     */
    static WritableExtent openWritable(BlockFile file, TableCache cache) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireChangeable();
        GrainMap map = map(opened, cache);
        return SparseExtent.writable(file, map, GrainTail.IS_DAMAGE, new SeSparseSpace(opened, map));
    }

    /**
     * Makes an empty disk of an empty file, sparse but for its headers.
     *
     * @param capacityBytes a multiple of 512, up to 63.7 TiB
     */
    static void create(BlockFile file, long capacityBytes) throws IOException {
        SeSparseLayout layout = SeSparseLayout.forCapacity(sectors(capacityBytes), file.path());
        SeSparseHeader header = layout.header();
        file.setSize(layout.metadataBytes());
        file.writeFully(
                header.journalHeader().offsetBytes(),
                SeSparseJournalHeader.fresh().encode());
        file.writeFully(
                header.volatileHeader().offsetBytes(),
                SeSparseVolatileHeader.fresh().encode());
        file.force();
        file.writeFully(0, header.encode());
        file.force();
    }

    /**
     * What making an empty disk writes: its headers; all else is a hole.
     *
     * @param file for error texts
     * @throws LimitExceededException as making it would
     */
    static long writtenBytes(long capacityBytes, Path file) throws LimitExceededException {
        SeSparseRegion last = SeSparseLayout.forCapacity(sectors(capacityBytes), file)
                .header()
                .journalHeader();
        return last.endSectors() * SeSparseHeader.SECTOR_BYTES;
    }

    /** Length of the file of an empty disk, bytes: all tables have their places. */
    static long emptyFileBytes(long capacityBytes, Path file) throws LimitExceededException {
        return SeSparseLayout.forCapacity(sectors(capacityBytes), file).metadataBytes();
    }

    /** Whether the tables have room for this capacity; also true past what the format can have, which is refused. */
    static boolean hasTablesFor(BlockFile file, long capacityBytes) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireChangeable();
        return SeSparseGrowth.hasRoom(opened.layout(), sectors(capacityBytes));
    }

    /**
     * Makes a disk larger in place; no extent is open on its file. The new part reads as zeros, or as the parent.
     *
     * @param capacityBytes a multiple of 512, not less than now
     * @throws LimitExceededException if the tables have no room for it; see {@link #hasTablesFor}
     */
    static void grow(BlockFile file, long capacityBytes) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireChangeable();
        SeSparseGrowth.grow(opened, sectors(capacityBytes));
    }

    private static long sectors(long capacityBytes) {
        if (capacityBytes <= 0 || capacityBytes % SeSparseHeader.SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("not a multiple of 512: " + capacityBytes);
        }
        return capacityBytes / SeSparseHeader.SECTOR_BYTES;
    }

    private static GrainGeometry geometry(SeSparseLayout layout) {
        return new GrainGeometry(layout.capacityBytes(), SeSparseLayout.GRAIN_BYTES, SeSparseLayout.ENTRIES_PER_TABLE);
    }

    static GrainMap map(SeSparseFile opened, TableCache cache) {
        SeSparseLayout layout = opened.layout();
        return new GrainMap(
                opened.file(),
                geometry(layout),
                new SeSparseCodec(layout, opened.file().path()),
                layout.directoryEntryAt(0),
                cache,
                GrainMap.Joining.NEIGHBOURS);
    }
}

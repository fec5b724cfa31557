package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainTail;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.LostEntries;
import io.vmdisk.extent.SparseExtent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens, makes and grows VMFSsparse extents.
 *
 * <p>An opened extent owns the file it was given; if opening fails the file is still the caller's. A file that was not
 * closed in order is read like any other: its entries are checked as they are used.
 */
final class CowdExtents {
    private CowdExtents() {}

    /** The disk's length in bytes, from the header; the rest of the file may be missing. */
    public static long capacityBytes(BlockFile file) throws IOException {
        return headerLayout(file).capacityBytes();
    }

    /** The same of a damaged file. */
    static long damagedCapacityBytes(BlockFile file) throws IOException {
        return damagedLayout(file).capacityBytes();
    }

    /** The byte behind the last one in use by the header; a writer that crashed may have left it too low, never too high. */
    static long usedBytes(BlockFile file) throws IOException {
        return headerLayout(file).header().freeSector() * CowdHeader.SECTOR_BYTES;
    }

    /** Opens a damaged extent: what can't be read of it is told as lost. Only its header must be whole. */
    public static Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        CowdLayout layout = damagedLayout(file);
        GrainMap map = GrainMap.ofDamaged(
                file,
                geometry(layout),
                new CowdCodec(layout, file.path()),
                cache,
                GrainMap.Joining.NEIGHBOURS,
                LostEntries.NONE,
                layout.directoryAt());
        return SparseExtent.damaged(file, map, GrainTail.IS_DAMAGE, List.of());
    }

    /** Opens an extent for reading. */
    static Extent open(BlockFile file, TableCache cache) throws IOException {
        return SparseExtent.readable(file, map(file, layout(file), cache), GrainTail.IS_DAMAGE);
    }

    /**
     * Opens an extent for reading and writing.
     *
     * @throws UnsafeStateException ({@code damaged}) if it was not closed in order and a check finds errors
     */
    static WritableExtent openWritable(BlockFile file, TableCache cache) throws IOException {
        CowdLayout layout = layout(file);
        if (layout.header().uncleanShutdown() != 0) {
            requireSound(file);
        }
        GrainMap map = map(file, layout, cache);
        return SparseExtent.writable(file, map, GrainTail.IS_DAMAGE, new CowdSpace(file, layout, map));
    }

    private static void requireSound(BlockFile file) throws IOException {
        for (Finding finding : CowdChecker.check(file, Progress.NONE)) {
            if (finding.severity() == Finding.Severity.ERROR) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "the file was not closed in order, and is damaged: " + finding.message(),
                        Remedy.of(Kind.CHECK).and(" shows what else is wrong; the disk can be read and converted"));
            }
        }
    }

    /** Makes an empty disk of an empty file. */
    static void create(BlockFile file, long capacityBytes, LinkRole role) throws IOException {
        CowdLayout layout = CowdLayout.forCapacity(sectors(capacityBytes), role, file.path());
        file.setSize(layout.firstFreeSector() * CowdHeader.SECTOR_BYTES);
        file.writeFully(0, layout.header().encode());
        file.force();
    }

    /**
     * What making an empty disk writes: its header; the directory is a hole.
     *
     * @param file for error texts
     * @throws LimitExceededException as making it would
     */
    static long writtenBytes(long capacityBytes, Path file) throws LimitExceededException {
        CowdLayout.forCapacity(sectors(capacityBytes), LinkRole.DELTA, file);
        return CowdHeader.SIZE_BYTES;
    }

    /** Length of the file of an empty disk, bytes. */
    static long emptyFileBytes(long capacityBytes, Path file) throws LimitExceededException {
        return CowdLayout.forCapacity(sectors(capacityBytes), LinkRole.BASE, file)
                        .firstFreeSector()
                * CowdHeader.SECTOR_BYTES;
    }

    /**
     * Bytes of the tables that data needs.
     *
     * @param data bytes, each at a place of its own at worst
     */
    static long tableBytes(long capacityBytes, long data) {
        long coverage = (long) CowdLayout.ENTRIES_PER_TABLE * CowdHeader.SECTOR_BYTES;
        long tables = Sector.ceilDiv(capacityBytes, coverage);
        return Math.min(tables, data / CowdHeader.SECTOR_BYTES) * CowdLayout.TABLE_BYTES;
    }

    /** Whether the directory has room for this capacity; also true past what the format can have, which is refused. */
    static boolean hasTablesFor(BlockFile file, long capacityBytes) throws IOException {
        CowdLayout layout = layout(file);
        CowdGrowth.requireClean(file, layout.header());
        return CowdGrowth.hasRoom(layout, sectors(capacityBytes));
    }

    /**
     * Makes a disk larger in place; no extent is open on its file. The new part reads as zeros, or as the parent.
     *
     * @param capacityBytes a multiple of 512, not less than now
     * @throws LimitExceededException if the directory has no room for it; see {@link #hasTablesFor}
     */
    static void grow(BlockFile file, long capacityBytes) throws IOException {
        CowdGrowth.grow(file, layout(file), sectors(capacityBytes));
    }

    private static long sectors(long capacityBytes) {
        if (capacityBytes <= 0 || capacityBytes % CowdHeader.SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("not a multiple of 512: " + capacityBytes);
        }
        return capacityBytes / CowdHeader.SECTOR_BYTES;
    }

    /** Reads the header; a file cut inside its directory is refused here already. */
    static CowdLayout layout(BlockFile file) throws IOException {
        CowdLayout layout = headerLayout(file);
        if (file.size() < layout.directoryEnd()) {
            throw new MalformedFileException(
                    "truncated",
                    file.path(),
                    file.size(),
                    "the file ends after " + file.size() + " bytes, its grain directory ends at "
                            + layout.directoryEnd(),
                    "copy the file again; what lay behind its end can't be rebuilt");
        }
        return layout;
    }

    private static CowdLayout headerLayout(BlockFile file) throws IOException {
        ByteBuffer sectors = ByteBuffer.allocate(CowdHeader.SIZE_BYTES);
        file.readFully(0, sectors);
        return CowdLayout.of(CowdHeader.parse(sectors, file.path()), file.path());
    }

    /** All that counts of a header stands in its first sector. */
    private static CowdLayout damagedLayout(BlockFile file) throws IOException {
        try {
            return headerLayout(file);
        } catch (IOException e) {
            ByteBuffer sectors = ByteBuffer.allocate(CowdHeader.SIZE_BYTES);
            file.readFully(0, sectors.limit(CowdHeader.SECTOR_BYTES));
            return CowdLayout.of(CowdHeader.parse(sectors.clear(), file.path()), file.path());
        }
    }

    private static GrainGeometry geometry(CowdLayout layout) {
        return new GrainGeometry(layout.capacityBytes(), layout.grainBytes(), CowdLayout.ENTRIES_PER_TABLE);
    }

    static GrainMap map(BlockFile file, CowdLayout layout, TableCache cache) {
        return new GrainMap(
                file,
                geometry(layout),
                new CowdCodec(layout, file.path()),
                layout.directoryAt(),
                cache,
                GrainMap.Joining.NEIGHBOURS);
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
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
 * Opens hosted sparse and stream-optimised extents.
 *
 * <p>Each opened extent owns the file it was given; if opening fails the file is still the caller's.
 */
final class HostedExtents {
    /** A partial write holds a grain in memory; no writer makes larger ones. */
    private static final long MAX_WRITABLE_GRAIN_SECTORS = 2048;

    private HostedExtents() {}

    /** The header of a file; of a stream with its tables at the end the footer, which wins over the header. */
    static HostedHeader header(BlockFile file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(HostedHeader.SIZE);
        file.readFully(0, sector);
        HostedHeader header = HostedHeader.parse(sector.flip(), file.path(), 0);
        return header.directorySector() == HostedHeader.DIRECTORY_AT_END ? StreamFooter.find(file, header) : header;
    }

    /**
     * The bytes of the embedded descriptor's area, or none.
     *
     * @param limit the most to read
     */
    static byte[] embeddedDescriptor(BlockFile file, HostedHeader header, int limit) throws IOException {
        long sectors = header.descriptorSectors();
        if (header.descriptorSector() == 0 || sectors == 0) {
            return new byte[0];
        }
        long fileSectors = file.size() / HostedLayout.SECTOR;
        if (header.descriptorSector() < 0
                || sectors < 0
                || header.descriptorSector() > fileSectors
                || sectors > fileSectors - header.descriptorSector()) {
            throw new MalformedFileException(
                    "descriptor-area",
                    file.path(),
                    HostedHeader.AT_DESCRIPTOR,
                    "the embedded descriptor of " + Long.toUnsignedString(sectors) + " sectors at sector "
                            + Long.toUnsignedString(header.descriptorSector()) + " does not fit into the file",
                    Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read"));
        }
        byte[] area = new byte[(int) Math.min(sectors * HostedLayout.SECTOR, limit)];
        file.readFully(header.descriptorSector() * HostedLayout.SECTOR, ByteBuffer.wrap(area));
        return area;
    }

    /** The header that leads to the redundant directory if that is the only one that lies in the file. */
    private static HostedHeader readable(BlockFile file, HostedHeader header) throws IOException {
        return header.capacitySectors() == 0 ? header : LostDirectory.found(file, header);
    }

    /** Opens an extent for reading; of the two directories either one will do. */
    static Extent open(BlockFile file, TableCache cache) throws IOException {
        HostedHeader header = readable(file, header(file));
        GrainMap map = map(file, header, cache);
        return header.has(HostedFlags.COMPRESSED)
                ? SparseExtent.compressed(file, map, new StreamGrains(file, header))
                : SparseExtent.readable(file, map, GrainTail.MAY_BE_TRIMMED);
    }

    /**
     * Opens a damaged extent: what can't be read of it, or is not in the file, is told as lost. Only its header must be
     * whole; both copies of the tables are used.
     */
    public static Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        HostedHeader header = frontOrFooter(file);
        requireGrain(header, file.path());
        HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        long directory = placeOf(header.directorySector());
        long redundant = header.has(HostedFlags.REDUNDANT_TABLES) ? placeOf(header.redundantDirectorySector()) : -1;
        if (header.has(HostedFlags.MARKERS) && header.directorySector() == HostedHeader.DIRECTORY_AT_END) {
            GrainMap found = GrainMap.ofDamaged(
                    file,
                    HostedLayout.geometry(header),
                    HostedCodec.damaged(file.path(), header, file.size()),
                    cache,
                    GrainMap.Joining.NEVER,
                    StreamScan.of(file, header));
            return SparseExtent.damaged(file, found, new StreamGrains(file, header));
        }
        GrainMap map = GrainMap.ofDamaged(
                file,
                HostedLayout.geometry(header),
                HostedCodec.damaged(file.path(), header, file.size()),
                cache,
                header.has(HostedFlags.COMPRESSED) ? GrainMap.Joining.NEVER : GrainMap.Joining.NEIGHBOURS,
                header.has(HostedFlags.MARKERS) ? new ScannedEntries(file, header) : LostEntries.NONE,
                redundant < 0 ? new long[] {directory} : new long[] {directory, redundant});
        return header.has(HostedFlags.COMPRESSED)
                ? SparseExtent.damaged(file, map, new StreamGrains(file, header))
                : SparseExtent.damaged(file, map, GrainTail.IS_DAMAGE, List.of());
    }

    /** A file offset, or -1 for a sector where no directory can be. */
    private static long placeOf(long sector) {
        return sector < 1 || sector > HostedLayout.MAX_FILE_SECTORS ? -1 : sector * HostedLayout.SECTOR;
    }

    /** The header of a file that may be damaged; of a stream the one at its front if there is no other. */
    public static HostedHeader frontOrFooter(BlockFile file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(HostedHeader.SIZE);
        file.readFully(0, sector);
        HostedHeader front = HostedHeader.parse(sector.flip(), file.path(), 0);
        if (front.directorySector() != HostedHeader.DIRECTORY_AT_END) {
            return front;
        }
        try {
            return StreamFooter.find(file, front);
        } catch (MalformedFileException e) {
            return front;
        }
    }

    /** Opens an extent for writing; in one of a disk with a parent zeros need a mark. */
    static WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException {
        HostedSpace.ZeroMarks marks =
                role == LinkRole.DELTA ? HostedSpace.ZeroMarks.ENABLE : HostedSpace.ZeroMarks.AS_HEADER;
        HostedHeader header = header(file);
        if (header.has(HostedFlags.COMPRESSED)) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    file.path(),
                    "a stream-optimised disk can't be changed in place",
                    "convert it to another format first");
        }
        if (header.grainSectors() > MAX_WRITABLE_GRAIN_SECTORS) {
            throw new UnsupportedFeatureException(
                    "grain-size",
                    file.path(),
                    "grains of " + header.grainSectors() + " sectors, at most " + MAX_WRITABLE_GRAIN_SECTORS
                            + " are written",
                    "convert it to another disk");
        }
        if (header.unclean()) {
            refuseMoving(file);
        }
        HostedSpace space = new HostedSpace(file, header, marks);
        GrainMap map = map(file, header, cache, HostedCodec.strict(file.path(), header, space::endBytes));
        return SparseExtent.writable(file, map, GrainTail.MAY_BE_TRIMMED, space);
    }

    /** A write would change one of two places that hold the same grain, and then nobody could tell which is right. */
    private static void refuseMoving(BlockFile file) throws IOException {
        for (Finding finding : HostedChecker.check(file, Progress.NONE)) {
            if (finding.id().equals(HostedChecker.MOVING)) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "it was cut short while grains were moved: " + finding.message(),
                        Remedy.of(Kind.REPAIR_TABLES).and(" settles it"));
            }
        }
    }

    /** The tables of an extent, its entries as they are. */
    static GrainMap map(BlockFile file, HostedHeader header, TableCache cache) throws IOException {
        return map(file, header, cache, HostedCodec.lenient(file.path()));
    }

    /** The tables of an extent, its entries as {@code codec} takes them. */
    static GrainMap map(BlockFile file, HostedHeader header, TableCache cache, HostedCodec codec) throws IOException {
        if (header.capacitySectors() == 0) {
            throw new MalformedFileException(
                    "capacity",
                    file.path(),
                    HostedHeader.AT_CAPACITY,
                    "the capacity is 0: the file only carries a descriptor");
        }
        requireGrain(header, file.path());
        HostedLayout layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        layout.checkFits(header, file.size(), file.path());
        GrainGeometry geometry = HostedLayout.geometry(header);
        return new GrainMap(
                file,
                geometry,
                codec,
                header.directorySector() * HostedLayout.SECTOR,
                cache,
                header.has(HostedFlags.COMPRESSED) ? GrainMap.Joining.NEVER : GrainMap.Joining.NEIGHBOURS);
    }

    /** Refuses compressed grains of a size for which nobody should be made to allocate memory. */
    static void requireGrain(HostedHeader header, Path file) throws UnsupportedFeatureException {
        if (header.has(HostedFlags.COMPRESSED) && header.grainSectors() > StreamGrains.MAX_GRAIN_SECTORS) {
            throw new UnsupportedFeatureException(
                    "grain-size",
                    file,
                    "compressed grains of " + header.grainSectors() + " sectors, at most "
                            + StreamGrains.MAX_GRAIN_SECTORS + " are read");
        }
    }
}

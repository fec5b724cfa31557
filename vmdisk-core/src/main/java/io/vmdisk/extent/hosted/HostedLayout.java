package io.vmdisk.extent.hosted;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.extent.GrainGeometry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where everything lies in a hosted sparse extent: arithmetic only, in sectors.
 *
 * <p>{@link #freshTable} gives the place VMware, qemu and others use for a new file; {@link #checkFits} compares what a
 * header names with the file it stands in.
 *
 * @param tables grain tables
 * @param directorySectors sectors of one directory
 * @param tableSectors sectors of one table
 */
public record HostedLayout(int tables, long directorySectors, long tableSectors) {
    public static final int SECTOR = Sector.BYTES;

    /** Sectors that an embedded descriptor gets: others count on this number. */
    public static final int DESCRIPTOR_SECTORS = 20;

    /** The default grain: 64 KiB. */
    public static final int DEFAULT_GRAIN_SECTORS = 128;

    /** Grain and table offsets are 32-bit sector numbers. */
    public static final long MAX_FILE_SECTORS = 1L << 32;

    /** 62 TiB: the most that any VMware product takes as one disk. */
    public static final long MAX_CAPACITY_SECTORS = 62L << 31;

    /** 2^25 tables, as qemu allows: a directory of 128 MiB maps 1 PiB of 64 KiB grains. */
    private static final long MAX_TABLES = 1L << 25;

    /** The layout that a capacity needs. */
    public static HostedLayout of(long capacitySectors, long grainSectors, int entriesPerTable, @Nullable Path file)
            throws LimitExceededException {
        long coverage = grainSectors * entriesPerTable;
        long tables = capacitySectors / coverage + (capacitySectors % coverage == 0 ? 0 : 1);
        if (tables > MAX_TABLES) {
            throw new LimitExceededException(
                    "tables",
                    file,
                    capacitySectors + " sectors in grains of " + grainSectors + " need " + tables
                            + " grain tables, at most " + MAX_TABLES + " are possible");
        }
        return new HostedLayout(
                (int) tables, sectors(tables * Integer.BYTES), sectors((long) entriesPerTable * Integer.BYTES));
    }

    /** Refuses a disk that is larger than any may be. */
    static void requireCapacity(long capacitySectors, @Nullable Path file) throws LimitExceededException {
        if (capacitySectors > MAX_CAPACITY_SECTORS) {
            throw new LimitExceededException(
                    "capacity",
                    file,
                    capacitySectors + " sectors are more than " + MAX_CAPACITY_SECTORS
                            + " (62 TiB, the most that VMware takes as one disk)",
                    "choose a smaller size, or the format raw");
        }
    }

    /** Refuses tables that end where no sector number reaches, so that no grain could follow. */
    static void requireTables(long metadataSectors, @Nullable Path file) throws LimitExceededException {
        if (metadataSectors >= MAX_FILE_SECTORS) {
            throw new LimitExceededException(
                    "tables",
                    file,
                    "the tables alone would end at sector " + metadataSectors + ", behind " + MAX_FILE_SECTORS
                            + ", the last that an entry can name",
                    "choose larger grains, or a split disk (twoGbMaxExtentSparse)");
        }
    }

    private static long sectors(long bytes) {
        return Sector.ceilDiv(bytes, SECTOR);
    }

    /** Sectors of one directory with its tables. */
    long copySectors() {
        return directorySectors + tables * tableSectors;
    }

    /** The first sector of table {@code i} in a copy that starts at {@code directorySector} in a fresh file. */
    long freshTable(long directorySector, long i) {
        return directorySector + directorySectors + i * tableSectors;
    }

    /** How a header divides its extent. */
    public static GrainGeometry geometry(HostedHeader header) {
        return new GrainGeometry(
                header.capacitySectors() * SECTOR,
                Math.toIntExact(header.grainSectors() * SECTOR),
                header.entriesPerTable());
    }

    /** Refuses a directory that does not lie in the file. */
    void checkFits(HostedHeader header, long fileBytes, Path file) throws MalformedFileException {
        checkFits(header.directorySector(), HostedHeader.AT_DIRECTORY, "grain directory", fileBytes, file);
    }

    /** Refuses a redundant directory that does not lie in the file, before anything is written to it. */
    void checkRedundantFits(HostedHeader header, long fileBytes, Path file) throws MalformedFileException {
        checkFits(
                header.redundantDirectorySector(),
                HostedHeader.AT_REDUNDANT_DIRECTORY,
                "redundant grain directory",
                fileBytes,
                file);
    }

    private void checkFits(long start, long field, String what, long fileBytes, Path file)
            throws MalformedFileException {
        if (start < 1 || start > fileBytes / SECTOR || (long) tables * Integer.BYTES > fileBytes - start * SECTOR) {
            throw new MalformedFileException(
                    "directory",
                    file,
                    field,
                    "the " + what + " of " + tables + " entries at sector " + Long.toUnsignedString(start)
                            + " does not fit into the file of " + fileBytes + " bytes",
                    Remedy.of(Kind.COPY_AGAIN)
                            .and(", or see what can be saved with ")
                            .with(Kind.CHECK));
        }
    }
}

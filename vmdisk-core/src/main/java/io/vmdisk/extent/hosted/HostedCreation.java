package io.vmdisk.extent.hosted;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Makes a new, empty hosted sparse extent in the layout of VMware and qemu: all tables exist from the start (other
 * writers destroy files that lack one), their sectors are holes.
 */
public final class HostedCreation {
    private static final int VERSION = 1;
    private static final int SECTOR = HostedLayout.SECTOR;

    /** Smallest and largest grains that this code has ever made: a disk that has them can be read, grown and compacted. */
    private static final int MIN_GRAIN_SECTORS = 8;

    /** Of a new disk: Virtual Disk Format 5.0 has grains greater than 8 sectors, and libvmdk opens no smaller ones. */
    private static final int MIN_NEW_GRAIN_SECTORS = 16;

    private static final int MAX_GRAIN_SECTORS = 2048;

    private HostedCreation() {}

    /** Bytes that an embedded descriptor may take. */
    public static int descriptorBytes() {
        return HostedLayout.DESCRIPTOR_SECTORS * SECTOR;
    }

    /** Bytes from the start of the file at which an embedded descriptor begins. */
    public static int descriptorOffset() {
        return SECTOR;
    }

    /**
     * Refuses a new disk that no product takes, or that {@link #create} can't make, in words about {@code file}; touches
     * no file.
     */
    public static void requireNew(long capacitySectors, int grainSectors, DescriptorArea area, Path file)
            throws LimitExceededException {
        requireGrain(grainSectors, MIN_NEW_GRAIN_SECTORS, file);
        require(capacitySectors, grainSectors, area, file);
    }

    private static void requireGrain(int grainSectors, int least, Path file) throws LimitExceededException {
        if (grainSectors < least || grainSectors > MAX_GRAIN_SECTORS || Integer.bitCount(grainSectors) != 1) {
            throw new LimitExceededException(
                    "grain-size",
                    file,
                    "a grain of " + grainSectors + " sectors; possible are powers of two from " + least + " to "
                            + MAX_GRAIN_SECTORS,
                    "128 sectors (64 KiB) is what VMware uses");
        }
    }

    /**
     * Refuses what {@link #create} can't make, in words about {@code file}; touches no file. A disk may be larger than the
     * file can ever be, as it stores only what is written: a grain that has no place is refused by the write of it. Parts of a split disk have
     * room for all of theirs, since they are what such a disk is converted to.
     */
    private static void require(long capacitySectors, int grainSectors, DescriptorArea area, Path file)
            throws LimitExceededException {
        requireGrain(grainSectors, MIN_GRAIN_SECTORS, file);
        HostedLayout.requireCapacity(capacitySectors, file);
        HostedLayout layout = HostedLayout.of(capacitySectors, grainSectors, HostedHeader.STANDARD_ENTRIES, file);
        long overhead = overhead(layout, grainSectors, area);
        HostedLayout.requireTables(overhead, file);
        if (area == DescriptorArea.SEPARATE && capacitySectors > HostedLayout.MAX_FILE_SECTORS - overhead) {
            throw new LimitExceededException(
                    "capacity",
                    file,
                    capacitySectors
                            + " sectors can't all be stored in one part: with their tables they end behind sector "
                            + HostedLayout.MAX_FILE_SECTORS + ", the last that an entry can name",
                    "make the parts smaller");
        }
    }

    private static long descriptorSectors(DescriptorArea area) {
        return area == DescriptorArea.EMBEDDED ? HostedLayout.DESCRIPTOR_SECTORS : 0;
    }

    private static long overhead(HostedLayout layout, int grainSectors, DescriptorArea area) {
        long metadata = 1 + descriptorSectors(area) + 2 * layout.copySectors();
        return Sector.roundUp(metadata, grainSectors);
    }

    /**
     * Writes the metadata of an empty extent into an empty file; nothing is forced.
     *
     * @param capacitySectors virtual size, not negative
     * @param grainSectors a power of two from 8 to 2048
     */
    public static void create(BlockFile file, long capacitySectors, int grainSectors, DescriptorArea area)
            throws IOException {
        require(capacitySectors, grainSectors, area, file.path());
        HostedLayout layout =
                HostedLayout.of(capacitySectors, grainSectors, HostedHeader.STANDARD_ENTRIES, file.path());
        long redundantDirectory = 1 + descriptorSectors(area);
        long directory = redundantDirectory + layout.copySectors();
        long overhead = overhead(layout, grainSectors, area);
        HostedHeader header = new HostedHeader(
                VERSION,
                HostedFlags.NEWLINE_CHECK | HostedFlags.REDUNDANT_TABLES,
                capacitySectors,
                grainSectors,
                area == DescriptorArea.EMBEDDED ? 1 : 0,
                descriptorSectors(area),
                HostedHeader.STANDARD_ENTRIES,
                redundantDirectory,
                directory,
                overhead,
                false,
                0,
                ByteBuffer.allocate(HostedHeader.SIZE).asReadOnlyBuffer());
        file.setSize(overhead * SECTOR);
        file.writeFully(redundantDirectory * SECTOR, directory(layout, redundantDirectory));
        file.writeFully(directory * SECTOR, directory(layout, directory));
        file.writeFully(0, header.encode());
    }

    /**
     * What {@link #create} writes: both directories, and what is in front of them; the tables are holes.
     *
     * @param file for error texts
     */
    public static long writtenBytes(long capacitySectors, int grainSectors, DescriptorArea area, Path file)
            throws LimitExceededException {
        require(capacitySectors, grainSectors, area, file);
        HostedLayout layout = HostedLayout.of(capacitySectors, grainSectors, HostedHeader.STANDARD_ENTRIES, file);
        return (1 + descriptorSectors(area) + 2 * layout.directorySectors()) * SECTOR;
    }

    /**
     * Length of the file that {@link #create} makes, tables included, bytes.
     *
     * @param file for error texts
     */
    public static long emptyFileBytes(long capacitySectors, int grainSectors, DescriptorArea area, Path file)
            throws LimitExceededException {
        require(capacitySectors, grainSectors, area, file);
        HostedLayout layout = HostedLayout.of(capacitySectors, grainSectors, HostedHeader.STANDARD_ENTRIES, file);
        return overhead(layout, grainSectors, area) * SECTOR;
    }

    private static ByteBuffer directory(HostedLayout layout, long directorySector) {
        ByteBuffer entries = ByteBuffer.allocate(Math.toIntExact(layout.directorySectors() * SECTOR))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < layout.tables(); i++) {
            entries.putInt(i * Integer.BYTES, (int) layout.freshTable(directorySector, i));
        }
        return entries;
    }
}

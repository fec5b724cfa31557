package io.vmdisk.extent.cowd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The header of a VMFSsparse file: its first four sectors.
 *
 * <p>{@link #parse} checks what a single field can tell; how places relate is {@link CowdLayout}'s. All bytes without a
 * field here (a parent's name or a geometry, generations, a description) are kept and encoded again. The 32-bit numbers
 * are unsigned.
 *
 * @param flags 3 in every file a host made
 * @param capacitySectors of the disk, at least 1
 * @param grainSectors a power of two from 1 to {@link #MAX_GRAIN_SECTORS}; 1 in every file a host made
 * @param directorySector where the grain directory begins
 * @param directoryEntries how many entries it has
 * @param freeSector where the next table or grain goes; may be stale, see {@link CowdLayout}
 * @param uncleanShutdown 0 after a clean close
 * @param image the bytes that were read, for those that no field holds
 */
record CowdHeader(
        int flags,
        long capacitySectors,
        int grainSectors,
        long directorySector,
        long directoryEntries,
        long freeSector,
        int uncleanShutdown,
        ByteBuffer image) {
    static final int SECTOR_BYTES = Sector.BYTES;
    static final int SIZE_SECTORS = 4;
    static final int SIZE_BYTES = SIZE_SECTORS * SECTOR_BYTES;
    /** "COWD", little-endian. */
    static final int MAGIC = 0x44574F43;

    static final int VERSION = 1;
    static final int USUAL_FLAGS = 3;

    /** 1 MiB, the largest that the format's description allows. */
    static final int MAX_GRAIN_SECTORS = 2048;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 4;
    static final int AT_FLAGS = 8;
    static final int AT_CAPACITY = 12;
    static final int AT_GRAIN = 16;
    static final int AT_DIRECTORY = 20;
    static final int AT_DIRECTORY_ENTRIES = 24;
    static final int AT_FREE = 28;
    static final int AT_ROOT_CYLINDERS = 32;
    static final int AT_ROOT_HEADS = 36;
    static final int AT_ROOT_SECTORS = 40;
    static final int AT_UNCLEAN = 1648;

    private static final int LEGACY_VERSION = 3;

    /** Whether these first bytes of a file are those of a VMFSsparse file (or of its Workstation 3 ancestor). */
    static boolean hasMagic(ByteBuffer start) {
        return start.remaining() >= Integer.BYTES
                && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position()) == MAGIC;
    }

    /**
     * Reads the header.
     *
     * @param sectors the file's first {@link #SIZE_BYTES} bytes, from position 0
     * @param file for error texts
     */
    static CowdHeader parse(ByteBuffer sectors, Path file) throws VmdiskException {
        byte[] copy = new byte[SIZE_BYTES];
        sectors.duplicate().get(0, copy);
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(AT_MAGIC) != MAGIC) {
            throw new MalformedFileException(
                    "cowd-magic",
                    file,
                    AT_MAGIC,
                    "the magic number is 0x" + Integer.toHexString(bytes.getInt(AT_MAGIC)) + ", 0x"
                            + Integer.toHexString(MAGIC) + " (COWD) is expected");
        }
        requireVersion(bytes.getInt(AT_VERSION), file);
        long grain = unsigned(bytes, AT_GRAIN);
        if (grain < 1 || grain > MAX_GRAIN_SECTORS || Long.bitCount(grain) != 1) {
            throw new MalformedFileException(
                    "cowd-grain-size",
                    file,
                    AT_GRAIN,
                    "the grain size is " + grain + " sectors, a power of two from 1 to " + MAX_GRAIN_SECTORS
                            + " is expected");
        }
        long capacity = unsigned(bytes, AT_CAPACITY);
        if (capacity == 0) {
            throw new MalformedFileException(
                    "cowd-capacity", file, AT_CAPACITY, "the capacity is 0 sectors, at least 1 is expected");
        }
        return new CowdHeader(
                bytes.getInt(AT_FLAGS),
                capacity,
                (int) grain,
                unsigned(bytes, AT_DIRECTORY),
                unsigned(bytes, AT_DIRECTORY_ENTRIES),
                unsigned(bytes, AT_FREE),
                bytes.getInt(AT_UNCLEAN),
                ByteBuffer.wrap(copy).asReadOnlyBuffer());
    }

    /** The header's sectors, ready to be written. */
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, image, 0, SIZE_BYTES);
        return bytes.putInt(AT_MAGIC, MAGIC)
                .putInt(AT_VERSION, VERSION)
                .putInt(AT_FLAGS, flags)
                .putInt(AT_CAPACITY, (int) capacitySectors)
                .putInt(AT_GRAIN, grainSectors)
                .putInt(AT_DIRECTORY, (int) directorySector)
                .putInt(AT_DIRECTORY_ENTRIES, (int) directoryEntries)
                .putInt(AT_FREE, (int) freeSector)
                .putInt(AT_UNCLEAN, uncleanShutdown);
    }

    /** The same with another first free sector. */
    CowdHeader withFreeSector(long sector) {
        return new CowdHeader(
                flags,
                capacitySectors,
                grainSectors,
                directorySector,
                directoryEntries,
                sector,
                uncleanShutdown,
                image);
    }

    /** The same for a larger disk. */
    CowdHeader withCapacity(long sectors, long entries) {
        return new CowdHeader(
                flags, sectors, grainSectors, directorySector, entries, freeSector, uncleanShutdown, image);
    }

    /** The same, marked as being changed. */
    CowdHeader asInUse() {
        return withUncleanShutdown(1);
    }

    /** The same, marked as closed in order. */
    CowdHeader asClean() {
        return withUncleanShutdown(0);
    }

    private CowdHeader withUncleanShutdown(int value) {
        return new CowdHeader(
                flags, capacitySectors, grainSectors, directorySector, directoryEntries, freeSector, value, image);
    }

    private static void requireVersion(int version, Path file) throws UnsupportedFeatureException {
        if (version == LEGACY_VERSION) {
            throw new UnsupportedFeatureException(
                    "cowd-workstation3",
                    file,
                    "this is a disk of Workstation 3 or older (COWD version 3), whose tables have another size",
                    "convert it with a product of that time first");
        }
        if (version != VERSION) {
            throw new UnsupportedFeatureException(
                    "cowd-version",
                    file,
                    "the version at byte " + AT_VERSION + " is " + Integer.toUnsignedString(version)
                            + ", only 1 is known");
        }
    }

    private static long unsigned(ByteBuffer bytes, int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.Sector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first 16 bytes of the sector before a grain, table, directory or footer of a stream.
 *
 * @param value of a grain its first virtual sector, else how many sectors follow
 * @param packedBytes of a grain the size of its data, never 0; 0 for all else; unsigned
 * @param type one of the constants; of a grain the first four bytes of its data
 */
public record StreamMarker(long value, int packedBytes, int type) {
    public static final int END_OF_STREAM = 0;
    public static final int TABLE = 1;
    public static final int DIRECTORY = 2;
    public static final int FOOTER = 3;

    /** Called progress by some, unspecified by others; what follows it is unknown. */
    public static final int PROGRESS = 4;

    /** A grain's data begins here, in place of the type. */
    public static final int GRAIN_HEAD_BYTES = 12;

    private static final int AT_PACKED = 8;
    private static final int AT_TYPE = 12;

    public static StreamMarker parse(ByteBuffer sector) {
        ByteBuffer b = sector.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new StreamMarker(b.getLong(0), b.getInt(AT_PACKED), b.getInt(AT_TYPE));
    }

    /** The sector of a marker that is not a grain's. */
    public static ByteBuffer of(int type, long sectors) {
        return ByteBuffer.allocate(HostedLayout.SECTOR)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, sectors)
                .putInt(AT_TYPE, type);
    }

    /** Puts the head of a grain at an index. */
    public static void putGrainHead(byte[] block, int at, long firstSector, int packedBytes) {
        ByteBuffer.wrap(block)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(at, firstSector)
                .putInt(at + AT_PACKED, packedBytes);
    }

    public boolean isGrain() {
        return packedBytes != 0;
    }

    /** Sectors that a grain of this size takes with its head. */
    public static long grainSectors(long packedBytes) {
        return Sector.ceilDiv(GRAIN_HEAD_BYTES + packedBytes, HostedLayout.SECTOR);
    }
}

package io.vmdisk.guest.ntfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One attribute of a file record; its name, value or list of runs are known to lie inside.
 *
 * @param type what it is
 * @param name which of several of its type, or empty
 * @param bytes from its head to its end
 */
record NtfsAttribute(int type, String name, ByteBuffer bytes) {
    static final int ATTRIBUTE_LIST = 0x20;
    static final int FILE_NAME = 0x30;
    static final int VOLUME_NAME = 0x60;
    static final int VOLUME_INFORMATION = 0x70;
    static final int DATA = 0x80;
    static final int INDEX_ROOT = 0x90;
    static final int INDEX_ALLOCATION = 0xA0;

    boolean isResident() {
        return bytes.get(8) == 0;
    }

    int id() {
        return bytes.getShort(14) & 0xFFFF;
    }

    /** Compressed, encrypted or sparse. */
    boolean isPlain() {
        return bytes.getShort(12) == 0;
    }

    /** The value of a resident attribute. */
    ByteBuffer value() {
        return bytes.slice(bytes.getShort(20) & 0xFFFF, bytes.getInt(16)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The first cluster of the stream that this part of it describes; non-resident only. */
    long firstVcn() {
        return isResident() ? 0 : bytes.getLong(16);
    }

    long lastVcn() {
        return bytes.getLong(24);
    }

    /** The coded runs; non-resident only. */
    ByteBuffer runs() {
        int at = bytes.getShort(32) & 0xFFFF;
        return bytes.slice(at, bytes.limit() - at);
    }

    /** How many bytes the stream has; in its first part only. */
    long dataBytes() {
        return bytes.getLong(48);
    }

    /** How many of them were written, the rest reads as zero; in its first part only. */
    long writtenBytes() {
        return bytes.getLong(56);
    }
}

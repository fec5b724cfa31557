package io.vmdisk.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the first bytes of a file say it is.
 *
 * @since 0.1
 */
public enum ContainerKind {
    /** A sparse extent of a format that is known. */
    SPARSE,
    /** A change tracking file: no disk, in spite of its suffix. */
    CHANGE_TRACKING,
    /** Nothing that can be told from its first bytes: a descriptor text or raw data. */
    OTHER;

    private static final int CHANGE_TRACKING_MAGIC = 0xF61972A2;

    /** The kind of a file that begins so. */
    public static ContainerKind of(ByteBuffer start) {
        if (Formats.of(start).isPresent()) {
            return SPARSE;
        }
        boolean tracking = start.remaining() >= Integer.BYTES
                && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position()) == CHANGE_TRACKING_MAGIC;
        return tracking ? CHANGE_TRACKING : OTHER;
    }
}

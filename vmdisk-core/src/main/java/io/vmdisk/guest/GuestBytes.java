package io.vmdisk.guest;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a disk as its guest sees them.
 *
 * <p>They must not change while a scan, or a walk over what it found, is under way: nobody else may have the disk open
 * for writing.
 */
public interface GuestBytes {
    /** How many bytes the disk has. */
    long size();

    /**
     * Fills {@code into} from its position to its limit.
     *
     * @param at the first byte; all bytes asked for lie inside the disk
     * @param into filled completely
     */
    void read(long at, ByteBuffer into) throws IOException;
}

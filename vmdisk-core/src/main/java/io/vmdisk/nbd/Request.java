package io.vmdisk.nbd;

import java.nio.ByteBuffer;

/**
 * One request of a client, as it came.
 *
 * @param flags bits of {@link Protocol}
 * @param code of the command
 * @param cookie the client's name for it, given back with the reply
 * @param offset the first byte, as an unsigned number
 * @param length bytes, 0 to 4 GiB
 */
record Request(int flags, int code, long cookie, long offset, long length) {
    /** Reads a header behind its magic number. */
    static Request of(ByteBuffer header) {
        return new Request(
                Short.toUnsignedInt(header.getShort()),
                Short.toUnsignedInt(header.getShort()),
                header.getLong(),
                header.getLong(),
                Integer.toUnsignedLong(header.getInt()));
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether it lies in the first {@code size} bytes. */
    boolean liesIn(long size) {
        return offset >= 0 && length <= size && offset <= size - length;
    }
}

package io.vmdisk.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A channel of ours that many threads read at positions of their own, without moving its own.
 *
 * @since 0.1
 */
public interface PositionalChannel extends SeekableByteChannel {
    /**
     * Reads up to {@code into.remaining()} bytes.
     *
     * @return how many; fewer than asked only at the end, 0 past it
     */
    int read(long at, ByteBuffer into) throws IOException;
}

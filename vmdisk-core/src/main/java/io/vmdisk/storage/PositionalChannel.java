package io.vmdisk.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A channel of this library that many threads read at positions of their own, without moving the channel's position.
 *
 * @since 0.1
 */
public interface PositionalChannel extends SeekableByteChannel {
    /**
     * Reads up to {@code into.remaining()} bytes.
     *
     * @param at the first byte to read, 0 or more
     * @param into is filled from its position on, which moves by what was read
     * @return how many bytes; fewer than asked only at the end, 0 past it
     * @throws IOException if the channel is closed or the bytes can't be fetched
     */
    int read(long at, ByteBuffer into) throws IOException;
}

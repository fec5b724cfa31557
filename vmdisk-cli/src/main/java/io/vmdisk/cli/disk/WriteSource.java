package io.vmdisk.cli.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.storage.BlockFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The bytes of a {@code write}, with their number before the first of them is taken: a disk must not be half overwritten
 * when it turns out that not all of it fits.
 *
 * @param length how many bytes there are; empty if only reading to the end could tell
 */
public record WriteSource(Reader reader, OptionalLong length) {
    /** A pipe of unknown length is read so far ahead to find its end. */
    public static final int READ_AHEAD = 16 << 20;

    /** Gives bytes in order. */
    @FunctionalInterface
    interface Reader {
        /** Fills the chunk up to a count, or less at the end of the input. */
        int read(long done, byte[] chunk, int count) throws IOException;
    }

    /** A file. */
    static WriteSource of(BlockFile file) throws IOException {
        return new WriteSource(
                (done, chunk, count) -> file.read(done, ByteBuffer.wrap(chunk, 0, count)),
                OptionalLong.of(file.size()));
    }

    /** A stream, of which the length may be known; if not, a short one is read ahead. */
    static WriteSource of(InputStream in, OptionalLong known) throws IOException {
        if (known.isPresent()) {
            return of(in).withLength(known.getAsLong());
        }
        byte[] ahead = in.readNBytes(READ_AHEAD + 1);
        if (ahead.length <= READ_AHEAD) {
            return of(new ByteArrayInputStream(ahead)).withLength(ahead.length);
        }
        return of(new SequenceInputStream(new ByteArrayInputStream(ahead), in));
    }

    private static WriteSource of(InputStream in) {
        return new WriteSource((done, chunk, count) -> in.readNBytes(chunk, 0, count), OptionalLong.empty());
    }

    private WriteSource withLength(long bytes) {
        return new WriteSource(reader, OptionalLong.of(bytes));
    }

    /**
     * The first {@code wanted} bytes only.
     *
     * @throws LimitExceededException if it is known to have less
     */
    WriteSource first(long wanted) throws LimitExceededException {
        if (length.isPresent() && length.getAsLong() < wanted) {
            throw new LimitExceededException(
                    "input-short",
                    null,
                    "the input has " + length.getAsLong() + " bytes, --length says " + wanted,
                    "give the right --length, or none");
        }
        return withLength(wanted);
    }
}

package io.vmdisk.storage;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * One open file with positional I/O.
 *
 * <p>Safe for many threads at once; no call moves a shared position. Whoever opens a file closes it; closing twice is
 * harmless. {@link #force} makes bytes and size durable and says nothing about the name: that is {@link
 * Volume#forceNames}.
 *
 * @since 0.1
 */
public interface BlockFile extends Closeable {
    /** Bytes from which on {@link #share} costs less than copying: one call costs as much for a block as for a megabyte. */
    long LEAST_SHARED_BYTES = 32 << 10;

    /** The name it was opened by. */
    Path path();

    /** Length in bytes. */
    long size() throws IOException;

    /**
     * Reads up to {@code into.remaining()} bytes.
     *
     * @return how many; fewer than asked only at the file's end, 0 past it (never -1)
     */
    int read(long at, ByteBuffer into) throws IOException;

    /** Fills {@code into} or fails: a file that ends earlier is malformed. */
    default void readFully(long at, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int got = read(at, into);
        if (got < wanted) {
            throw new MalformedFileException(
                    "truncated",
                    path(),
                    at,
                    "the file ends after " + size() + " bytes, " + wanted + " bytes are needed at " + at,
                    Remedy.of(Kind.COPY_AGAIN)
                            .and(", or see what can be saved with ")
                            .with(Kind.CHECK));
        }
    }

    /** Writes all of {@code from}; the file grows as needed. */
    void writeFully(long at, ByteBuffer from) throws IOException;

    /** Sets the length: cuts the file, or grows it with a hole that reads as zeros. */
    void setSize(long size) throws IOException;

    /**
     * Makes every write and the size durable. If that fails the open file is spoiled: writes, punches and forces are
     * refused from then on, since a second try could succeed without the data being there.
     */
    void force() throws IOException;

    /**
     * The first byte at or behind {@code at} that may hold data; the file's size if only holes follow. Where holes can't
     * be asked for, {@code at} itself.
     */
    long nextData(long at) throws IOException;

    /** The first byte at or behind {@code at} that lies in a hole; the file's size if none is known. */
    long nextHole(long at) throws IOException;

    /**
     * Gives a range back to the file system; it reads as zeros afterwards, the size stays.
     *
     * @return whether the space was given back; false if this JVM or file system can't, and then nothing has changed
     */
    boolean punch(long at, long length) throws IOException;

    /**
     * Reserves space for a range, so that later writes to it can't fail for lack of it; content is unchanged.
     *
     * @return whether it was reserved; false if this JVM or file system can't, and then nothing has changed
     */
    boolean allocate(long at, long length) throws IOException;

    /** Whether {@link #share} is worth asking: false where it never works. */
    default boolean sharesBlocks() {
        return false;
    }

    /**
     * Whether this file could stand on blocks of another one, by what their file system says; nothing is changed. False
     * where nobody can tell.
     *
     * @param from may be this file
     */
    default boolean sharesBlocksOf(BlockFile from) throws IOException {
        return false;
    }

    /**
     * Makes a range read as a range of another file by letting both stand on the same blocks of their file system, which
     * moves no byte and takes no room. It waits for {@link #force} as a write does; whichever file is written later, the
     * other stays as it is.
     *
     * @param from a file that may be open for reading only; of this file itself another range
     * @param start the first byte there
     * @return whether they share it now; false if this JVM, the file system or this placement can't, and then nothing has
     *     changed
     */
    default boolean share(long at, BlockFile from, long start, long length) throws IOException {
        return false;
    }

    /** Bytes the file takes in its file system, or -1 if that is not known. */
    long allocatedBytes() throws IOException;
}

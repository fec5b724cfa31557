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
 * <p>Safe for many threads at once; no call moves a shared position. The opener closes the file; closing it twice is
 * harmless. {@link #force} makes bytes and size durable but not the name: that is {@link Volume#forceNames}.
 *
 * <p>Positions and lengths are in bytes, from 0. After close each call fails with {@link
 * java.nio.channels.ClosedChannelException}; a failure of the system names the file.
 *
 * @since 0.1
 */
public interface BlockFile extends Closeable {
    /**
     * The bytes from which on {@link #share} costs less than copying: one call takes as long for a block as for a
     * megabyte.
     */
    long LEAST_SHARED_BYTES = 32 << 10;

    /** What is shared begins in both files at a multiple of so many bytes, and is as long: the blocks of file systems. */
    int SHARED_BLOCK_BYTES = 4096;

    /** {@return the name by which the file was opened} */
    Path path();

    /**
     * {@return the length of the file in bytes}
     *
     * @throws IOException if the file is closed, or its file system tells a size that can't be right
     */
    long size() throws IOException;

    /**
     * Reads up to {@code into.remaining()} bytes.
     *
     * @param at the first byte to read, 0 or more; may lie past the end
     * @param into is filled from its position on, which moves by what was read
     * @return how many bytes; fewer than asked only at the file's end, 0 past it, never -1
     * @throws IOException if the system can't read
     */
    int read(long at, ByteBuffer into) throws IOException;

    /**
     * Fills {@code into}, or fails if the file ends before.
     *
     * @param at the first byte to read, 0 or more
     * @param into is filled from its position to its limit
     * @throws MalformedFileException {@code truncated} if the file ends before
     * @throws IOException if the system can't read
     */
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

    /**
     * Writes all of {@code from}; the file grows as needed.
     *
     * @param at where the first byte goes, 0 or more
     * @param from is written from its position to its limit
     * @throws IOException if the system can't write, or an earlier {@link #force} failed
     */
    void writeFully(long at, ByteBuffer from) throws IOException;

    /**
     * Sets the length: cuts the file, or grows it with a hole that reads as zeros.
     *
     * @param size the new length in bytes, 0 or more
     * @throws IOException if the system can't do that, or an earlier {@link #force} failed
     */
    void setSize(long size) throws IOException;

    /**
     * Makes all writes and the size durable. If that fails, this open file can't be trusted any more: later writes,
     * punches and forces are refused, because a second try could succeed without the data being stored.
     *
     * @throws IOException if the drive fails, now or in an earlier call
     */
    void force() throws IOException;

    /**
     * {@return the first byte at or behind {@code at} that may hold data; the file's size if only holes follow; {@code
     * at} itself where the file system does not tell holes}
     *
     * @param at 0 or more
     * @throws IOException if the system fails
     */
    long nextData(long at) throws IOException;

    /**
     * {@return the first byte at or behind {@code at} that lies in a hole; the file's size if no hole is known}
     *
     * @param at 0 or more
     * @throws IOException if the system fails
     */
    long nextHole(long at) throws IOException;

    /**
     * Gives a range back to the file system. It reads as zeros afterwards; the size stays.
     *
     * @param at the first byte, 0 or more
     * @param length in bytes
     * @return whether the space was given back; false if this JVM or file system can't do that or the file is open for
     *     reading only, and then nothing has changed
     * @throws IOException if the system fails, or an earlier {@link #force} failed
     */
    boolean punch(long at, long length) throws IOException;

    /**
     * Reserves space for a range, so that later writes to it can't fail for lack of space. The content stays.
     *
     * @param at the first byte, 0 or more
     * @param length in bytes
     * @return whether it was reserved; false if this JVM or file system can't do that or the file is open for reading
     *     only, and then nothing has changed
     * @throws IOException if the system fails, for instance for lack of space
     */
    boolean allocate(long at, long length) throws IOException;

    /** {@return whether {@link #share} is worth a try; false where it never works} */
    default boolean sharesBlocks() {
        return false;
    }

    /**
     * Whether this file could share blocks with another one, by what their file system says. Changes nothing.
     *
     * @param from may be this file
     * @return false where the file system does not tell
     * @throws IOException if the system fails
     */
    default boolean sharesBlocksOf(BlockFile from) throws IOException {
        return false;
    }

    /**
     * Makes a range read as a range of another file. Both then use the same blocks of their file system: no byte is
     * moved and no space is taken. It becomes durable with {@link #force}, as a write does. A later write to one of the
     * files leaves the other as it is.
     *
     * @param at the first byte in this file, 0 or more
     * @param from a file that may be open for reading only; if it is this file, the ranges must not overlap
     * @param start the first byte in {@code from}
     * @param length in bytes
     * @return whether they share it now; false if this JVM, the file system or this placement does not allow it, and
     *     then nothing has changed
     * @throws IOException if the system fails, or an earlier {@link #force} failed
     */
    default boolean share(long at, BlockFile from, long start, long length) throws IOException {
        return false;
    }

    /**
     * {@return the bytes that the file takes in its file system, or -1 if that is not known}
     *
     * @throws IOException if the file is closed
     */
    long allocatedBytes() throws IOException;

    /**
     * How many of the bytes of {@link #allocatedBytes} are on blocks that other files stand on too, or other places of this
     * one. What was written or shared in the last seconds may be missing.
     *
     * @return bytes; -1 if that is not known
     * @throws IOException if the file is closed
     */
    default long sharedBytes() throws IOException {
        return -1;
    }
}

package io.vmdisk.extent;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One stretch of a disk, held by one file (or by none: zeros).
 *
 * <p>It answers where its bytes are and reads them; it knows nothing of parents or descriptors. All positions are bytes
 * relative to the extent unless named {@code fileOffset}. Safe for many threads; closing closes the file.
 */
public interface Extent extends Closeable {
    /** Length in bytes; a multiple of 512. */
    long capacity();

    /** The file that holds it, or empty for an extent of zeros. */
    Optional<Path> path();

    /** Bytes of one grain: the unit in which this extent allocates; the sector size where it has no grains. */
    int grainBytes();

    /**
     * Streams the runs of a range, ascending, without gaps, adjacent plain runs joined.
     *
     * @param start first byte, 0 ≤ start
     * @param length bytes; start + length ≤ capacity
     */
    void locate(long start, long length, ExtentSink sink) throws IOException;

    /**
     * As {@link #locate}, for who wants to read and not to know: what costs more to find out than to read may be told as
     * data.
     */
    default void resolve(long start, long length, ExtentSink sink) throws IOException {
        locate(start, length, sink);
    }

    /** Fills {@code into} with the plain bytes of a data run that {@link #locate} gave. */
    void readData(long fileOffset, ByteBuffer into) throws IOException;

    /**
     * Lets a file stand on the blocks of the plain bytes of a data run that {@link #locate} gave.
     *
     * @param into the file, of another extent
     * @param at its byte at which they begin
     * @return whether it does; if not, nothing has changed
     */
    default boolean shareData(long fileOffset, long length, BlockFile into, long at) throws IOException {
        return false;
    }

    /**
     * Whether a new file of a folder could stand on blocks of this extent's file, by what the file system says; a question
     * that changes nothing.
     */
    default boolean lendsTo(Volume volume, Path folder) throws IOException {
        return false;
    }

    /**
     * Inflates the one grain of a compressed run that {@link #locate} gave.
     *
     * @param start where the grain starts in this extent
     * @param fileOffset the run's file offset
     * @param storedLength the run's length in the file
     * @param into with room for the valid bytes of the grain; filled to its limit. After a failure it holds anything
     */
    void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException;

    /**
     * Refuses an extent whose tables name what lies behind the end of its file: it was cut, and what is written to it
     * would take the places of what is lost. Reads all tables.
     *
     * @throws io.vmdisk.UnsafeStateException ({@code truncated}) if it was cut
     */
    default void requireWhole() throws IOException {}

    /**
     * Why what a damaged extent gives may be wrong although it is not lost, each a sentence that names the file; empty for
     * a sound one.
     */
    default List<String> doubts() {
        return List.of();
    }

    /** Bytes its file takes in the file system; the file's length where that is unknown; 0 without a file. */
    long allocatedBytes() throws IOException;

    /** How many of them its file shares with others, as {@link io.vmdisk.storage.BlockFile#sharedBytes} tells it; or -1. */
    default long sharedBytes() throws IOException {
        return -1;
    }
}

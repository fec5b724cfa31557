package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A range of a disk for which one file, or none, has the answer.
 *
 * <p>A run says two things: what the range reads as, and what space it holds in a file, if any. {@code depth} is the
 * link that answers: 0 is the disk itself, 1 its parent.
 *
 * <p>All kinds are immutable.
 *
 * @since 0.1
 */
public sealed interface Run permits Run.Data, Run.Compressed, Run.Zero, Run.Unallocated {
    /** {@return the first byte on the disk} */
    long start();

    /** {@return how many bytes it covers} */
    long length();

    /**
     * {@return the link that answers, 0 for the disk itself; for {@link Unallocated} the lowest link that reaches this
     * far}
     */
    int depth();

    /** {@return the first byte on the disk after the run: {@code start + length}} */
    default long end() {
        return start() + length();
    }

    /**
     * Plain bytes in a file.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the link that holds them, 0 for the disk itself
     * @param file the file that holds them
     * @param at the position of the first of them in that file, in bytes
     */
    record Data(long start, long length, int depth, Path file, long at) implements Run {}

    /**
     * A range inside one compressed grain. It is the whole grain, or the part that was asked for and that no link above
     * hides; to read any of it, the whole grain must be inflated. It is never joined with a neighbour.
     *
     * @param start the first byte on the disk
     * @param length how many bytes on the disk
     * @param depth the link that holds the grain, 0 for the disk itself
     * @param file the file that holds the grain
     * @param at the position in that file, in bytes, at which the grain's marker or data begins
     * @param storedLength how many bytes the grain takes there
     */
    record Compressed(long start, long length, int depth, Path file, long at, int storedLength) implements Run {}

    /**
     * Reads as zeros, no matter what a parent holds.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the link that says so, 0 for the disk itself
     * @param file the file in which the range still holds space, or null if it holds none
     * @param at the position of that space in the file, in bytes, or -1
     */
    record Zero(
            long start, long length, int depth, @Nullable Path file, long at) implements Run {}

    /**
     * Allocated nowhere in the chain: reads as zeros and holds no space.
     *
     * @param start the first byte on the disk
     * @param length how many bytes
     * @param depth the lowest link that is large enough to reach this far, 0 for the disk itself
     */
    record Unallocated(long start, long length, int depth) implements Run {}
}

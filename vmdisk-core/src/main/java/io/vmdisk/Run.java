package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a disk that is answered in one way.
 *
 * <p>A run says two things: what the stretch reads as, and what space it holds in a file, if any. {@code depth} is the
 * link that answers: 0 is the disk itself, 1 its parent.
 *
 * <p>All kinds are immutable.
 *
 * @since 0.1
 */
public sealed interface Run permits Run.Data, Run.Compressed, Run.Zero, Run.Unallocated {
    /** The first byte on the disk. */
    long start();

    /** How many bytes. */
    long length();

    /** The link that answers; for {@link Unallocated} the lowest one that reaches so far. */
    int depth();

    /** The byte behind the last one. */
    default long end() {
        return start() + length();
    }

    /**
     * Plain bytes in a file.
     *
     * @param file where they are
     * @param at their first byte in that file
     */
    record Data(long start, long length, int depth, Path file, long at) implements Run {}

    /**
     * Exactly one deflated grain; never joined with a neighbour.
     *
     * @param file where it is
     * @param at the byte in that file at which the grain's marker or data begins
     * @param storedLength how many bytes it takes there
     */
    record Compressed(long start, long length, int depth, Path file, long at, int storedLength) implements Run {}

    /**
     * Reads as zeros, whatever a parent holds.
     *
     * @param file the file in which the stretch still holds space, or null if it holds none
     * @param at the first byte of that space, or -1
     */
    record Zero(
            long start, long length, int depth, @Nullable Path file, long at) implements Run {}

    /** Nowhere allocated in the whole chain: reads as zeros and holds no space. */
    record Unallocated(long start, long length, int depth) implements Run {}
}

package io.vmdisk.plan;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that a repair replaces, and where it is kept.
 *
 * @param file the file
 * @param kept the file that holds what was there; null if there was no such file
 * @param offset the byte of the file at which that goes; {@link #WHOLE} if it was all of the file, {@link #MOVED} if the
 *     file itself got the other name
 * @since 0.1
 */
public record KeptPart(Path file, @Nullable Path kept, long offset) {
    /** In place of an offset: the whole file. */
    public static final long WHOLE = -1;

    /** In place of an offset: the file has another name. */
    public static final long MOVED = -2;

    /** A file that gets another name. */
    public static KeptPart moved(Path from, Path to) {
        return new KeptPart(from, to, MOVED);
    }

    /** The whole of a file that is there. */
    public static KeptPart whole(Path file, Path kept) {
        return new KeptPart(file, kept, WHOLE);
    }

    /** A file that there was not. */
    public static KeptPart made(Path file) {
        return new KeptPart(file, null, WHOLE);
    }

    public boolean isMoved() {
        return offset == MOVED;
    }

    /** Whether it is not the file itself but some bytes in it. */
    public boolean isWithin() {
        return offset >= 0;
    }

    public boolean isWhole() {
        return offset == WHOLE;
    }
}

package io.vmdisk.repair;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that a repair replaces, and where it is kept.
 *
 * @param file the file
 * @param kept the file that holds what was there; null if there was no such file
 * @param offset the byte of the file at which that goes; {@link #WHOLE} if it was all of the file
 */
public record KeptPart(Path file, @Nullable Path kept, long offset) {
    /** In place of an offset: the whole file. */
    public static final long WHOLE = -1;

    /** The whole of a file that is there. */
    static KeptPart whole(Path file, Path kept) {
        return new KeptPart(file, kept, WHOLE);
    }

    /** A file that there was not. */
    static KeptPart made(Path file) {
        return new KeptPart(file, null, WHOLE);
    }

    boolean isWhole() {
        return offset == WHOLE;
    }
}

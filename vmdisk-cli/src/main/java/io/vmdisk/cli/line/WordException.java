package io.vmdisk.cli.line;

import org.jspecify.annotations.Nullable;

/** A word of the command line is not what stands there. */
public final class WordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WordException(@Nullable String problem) {
        super(problem);
    }
}

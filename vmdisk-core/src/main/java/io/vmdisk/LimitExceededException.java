package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A value is past a limit of the format, of the product or of this library. */
public final class LimitExceededException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit and the value.
     *
     * @param code the part of the code behind {@code limit.}
     * @param file the file it is about, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, or null
     */
    public LimitExceededException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        super("limit." + code, file, -1, problem, hint);
    }
}

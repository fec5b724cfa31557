package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The plan needs more room than the file store has; nothing was written.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class OutOfSpaceException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names what is needed and what is free.
     *
     * @param code the part of the code after {@code space.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     */
    public OutOfSpaceException(String code, @Nullable Path file, String problem) {
        this(code, file, problem, Remedy.NONE);
    }

    /**
     * Names what is needed and what is free.
     *
     * @param code the part of the code after {@code space.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, in words alone, or null
     */
    public OutOfSpaceException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        this(code, file, problem, said(hint));
    }

    /**
     * Names what is needed and what is free.
     *
     * @param code the part of the code after {@code space.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param remedy what can be done about it
     */
    public OutOfSpaceException(String code, @Nullable Path file, String problem, Remedy remedy) {
        super("space." + code, file, -1, problem, remedy);
    }
}

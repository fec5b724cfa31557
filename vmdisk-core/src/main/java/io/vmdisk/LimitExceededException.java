package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A value is past a limit of the format, of the product or of this library.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class LimitExceededException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit and the value.
     *
     * @param code the part of the code after {@code limit.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     */
    public LimitExceededException(String code, @Nullable Path file, String problem) {
        this(code, file, problem, Remedy.NONE);
    }

    /**
     * Names the limit and the value.
     *
     * @param code the part of the code after {@code limit.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, in words alone, or null
     */
    public LimitExceededException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        this(code, file, problem, said(hint));
    }

    /**
     * Names the limit and the value.
     *
     * @param code the part of the code after {@code limit.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param remedy what can be done about it
     */
    public LimitExceededException(String code, @Nullable Path file, String problem, Remedy remedy) {
        super("limit." + code, file, -1, problem, remedy);
    }
}

package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file contradict its format.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class MalformedFileException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the place, what was found and what was expected.
     *
     * @param code the part of the code after {@code malformed.}
     * @param file the damaged file, or null for bytes without one
     * @param offset the damaged byte in that file, or -1
     * @param problem what is wrong, with the value found and the value expected
     */
    public MalformedFileException(String code, @Nullable Path file, long offset, String problem) {
        this(code, file, offset, problem, Remedy.NONE);
    }

    /**
     * Names the place, what was found and what was expected.
     *
     * @param code the part of the code after {@code malformed.}
     * @param file the damaged file, or null for bytes without one
     * @param offset the damaged byte in that file, or -1
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, in words alone, or null
     */
    public MalformedFileException(
            String code, @Nullable Path file, long offset, String problem, @Nullable String hint) {
        this(code, file, offset, problem, said(hint));
    }

    /**
     * Names the place, what was found and what was expected.
     *
     * @param code the part of the code after {@code malformed.}
     * @param file the damaged file, or null for bytes without one
     * @param offset the damaged byte in that file, or -1
     * @param problem what is wrong, with the value found and the value expected
     * @param remedy what can be done about it
     */
    public MalformedFileException(String code, @Nullable Path file, long offset, String problem, Remedy remedy) {
        super("malformed." + code, file, offset, problem, remedy);
    }
}

package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file is well formed as far as is known, but uses something vmdisk does not handle.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class UnsupportedFeatureException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the feature that is not handled.
     *
     * @param code the part of the code after {@code unsupported.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     */
    public UnsupportedFeatureException(String code, @Nullable Path file, String problem) {
        this(code, file, problem, Remedy.NONE);
    }

    /**
     * Names the feature that is not handled.
     *
     * @param code the part of the code after {@code unsupported.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, in words alone, or null
     */
    public UnsupportedFeatureException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        this(code, file, problem, said(hint));
    }

    /**
     * Names the feature that is not handled.
     *
     * @param code the part of the code after {@code unsupported.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param remedy what can be done about it
     */
    public UnsupportedFeatureException(String code, @Nullable Path file, String problem, Remedy remedy) {
        super("unsupported." + code, file, -1, problem, remedy);
    }
}

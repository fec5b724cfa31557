package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The links of a disk chain do not fit together: a missing parent, a content ID that differs, a loop.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class BrokenChainException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the link that broke and how.
     *
     * @param code the part of the code after {@code chain.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     */
    public BrokenChainException(String code, @Nullable Path file, String problem) {
        this(code, file, problem, Remedy.NONE);
    }

    /**
     * Names the link that broke and how.
     *
     * @param code the part of the code after {@code chain.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, in words alone, or null
     */
    public BrokenChainException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        this(code, file, problem, said(hint));
    }

    /**
     * Names the link that broke and how.
     *
     * @param code the part of the code after {@code chain.}
     * @param file the file that it concerns, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param remedy what can be done about it
     */
    public BrokenChainException(String code, @Nullable Path file, String problem, Remedy remedy) {
        super("chain." + code, file, -1, problem, remedy);
    }
}

package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The links of a disk chain do not fit together: a missing parent, a content ID that differs, a loop. */
public final class BrokenChainException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the link that broke and how.
     *
     * @param code the part of the code behind {@code chain.}
     * @param file the file it is about, or null
     * @param problem what is wrong, with the value found and the value expected
     * @param hint what to do next, or null
     */
    public BrokenChainException(String code, @Nullable Path file, String problem, @Nullable String hint) {
        super("chain." + code, file, -1, problem, hint);
    }
}

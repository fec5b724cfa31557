package io.vmdisk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Refused because going on could lose data: a lock, a running machine, a disk that others depend on.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class UnsafeStateException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    private final String condition;

    /**
     * Names the danger and the way on.
     *
     * @param condition the part of the code behind {@code unsafe.}; where the refusal may be overridden this is the word
     *     that {@code --force=} takes
     * @param file the file it is about, or null
     * @param problem what is dangerous
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem) {
        this(condition, file, problem, Remedy.NONE);
    }

    /**
     * Names the danger and the way on.
     *
     * @param condition the part of the code behind {@code unsafe.}; where the refusal may be overridden this is the word
     *     that {@code --force=} takes
     * @param file the file it is about, or null
     * @param problem what is dangerous
     * @param hint what to do next, in words alone, or null
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem, @Nullable String hint) {
        this(condition, file, problem, said(hint));
    }

    /**
     * Names the danger and the way on.
     *
     * @param condition the part of the code behind {@code unsafe.}; where the refusal may be overridden this is the word
     *     that {@code --force=} takes
     * @param file the file it is about, or null
     * @param problem what is dangerous
     * @param remedy what can be done about it
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem, Remedy remedy) {
        super("unsafe." + condition, file, -1, problem, remedy);
        this.condition = condition;
    }

    /** The condition's name, as {@code --force=} takes it where overriding is allowed. */
    public String condition() {
        return condition;
    }
}

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
     * A refusal without a remedy.
     *
     * @param condition the part of the code after {@code unsafe.}; where the refusal may be overridden, also the name
     *     by which the user allows it
     * @param file the file that it concerns, or null
     * @param problem what is dangerous
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem) {
        this(condition, file, problem, Remedy.NONE);
    }

    /**
     * A refusal with advice.
     *
     * @param condition the part of the code after {@code unsafe.}; where the refusal may be overridden, also the name
     *     by which the user allows it
     * @param file the file that it concerns, or null
     * @param problem what is dangerous
     * @param hint what to do next, in words alone, or null
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem, @Nullable String hint) {
        this(condition, file, problem, said(hint));
    }

    /**
     * A refusal with a remedy.
     *
     * @param condition the part of the code after {@code unsafe.}; where the refusal may be overridden, also the name
     *     by which the user allows it
     * @param file the file that it concerns, or null
     * @param problem what is dangerous
     * @param remedy what can be done about it
     */
    public UnsafeStateException(String condition, @Nullable Path file, String problem, Remedy remedy) {
        super("unsafe." + condition, file, -1, problem, remedy);
        this.condition = condition;
    }

    /**
     * {@return the condition's name, such as {@code in-use}; where overriding is possible the user allows it by this
     * name}
     */
    public String condition() {
        return condition;
    }
}

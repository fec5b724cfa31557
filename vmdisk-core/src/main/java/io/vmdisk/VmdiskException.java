package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Everything vmdisk itself refuses, as opposed to an {@link IOException} of the operating system.
 *
 * <p>The message reads {@code FILE: what is wrong: what to do}. {@link #code()} is stable for scripts; the exit code of
 * the command line follows from the subclass. Whatever bytes a file holds, public calls end in one of these, never in
 * a raw runtime exception.
 */
public abstract sealed class VmdiskException extends IOException
        permits MalformedFileException,
                UnsupportedFeatureException,
                BrokenChainException,
                UnsafeStateException,
                LimitExceededException,
                OutOfSpaceException,
                OperationCancelledException {
    private static final long serialVersionUID = 1L;
    private static final long NO_OFFSET = -1;

    private final String code;
    private final transient @Nullable Path file;
    private final long offset;
    private final String problem;
    private final @Nullable String hint;

    VmdiskException(String code, @Nullable Path file, long offset, String problem, @Nullable String hint) {
        super(message(file, offset, problem, hint));
        this.code = code;
        this.file = file;
        this.offset = offset;
        this.problem = problem;
        this.hint = hint;
    }

    private static String message(@Nullable Path file, long offset, String problem, @Nullable String hint) {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file).append(": ");
        }
        text.append(problem);
        if (offset != NO_OFFSET) {
            text.append(" (at byte ").append(offset).append(')');
        }
        if (hint != null) {
            text.append(": ").append(hint);
        }
        return text.toString();
    }

    /** A stable, dotted name such as {@code malformed.grain-size}; scripts may rely on it. */
    public final String code() {
        return code;
    }

    /** The file it is about, if it is about one. */
    public final Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** The byte in {@link #file()} that is wrong, if there is one. */
    public final OptionalLong offset() {
        return offset == NO_OFFSET ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** What is wrong, without the file's name and without the hint. */
    public final String problem() {
        return problem;
    }

    /** What to do next, if something can be done. */
    public final Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}

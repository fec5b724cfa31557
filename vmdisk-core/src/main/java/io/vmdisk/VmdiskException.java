package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Everything that vmdisk itself refuses, as opposed to an {@link IOException} of the operating system.
 *
 * <p>The message reads {@code FILE: what is wrong: what to do}. {@link #code()} is stable, for scripts; the subclass
 * decides the exit code of the command line. No matter what bytes a file holds, public calls end in one of these and
 * never in a raw runtime exception.
 *
 * <p>Immutable.
 *
 * @since 0.1
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
    private final transient @Nullable Remedy remedy;

    VmdiskException(String code, @Nullable Path file, long offset, String problem, Remedy remedy) {
        super(message(file, offset, problem, remedy));
        this.code = code;
        this.file = file;
        this.offset = offset;
        this.problem = problem;
        this.remedy = remedy;
    }

    private static String message(@Nullable Path file, long offset, String problem, Remedy remedy) {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file).append(": ");
        }
        text.append(problem);
        if (offset != NO_OFFSET) {
            text.append(" (at byte ").append(offset).append(')');
        }
        if (!remedy.isEmpty()) {
            text.append(": ").append(remedy);
        }
        return text.toString();
    }

    /** {@return a stable, dotted name such as {@code malformed.grain-size}; scripts may rely on it} */
    public final String code() {
        return code;
    }

    /** {@return the file that it concerns; empty if there is none, or if the exception was serialized} */
    public final Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** {@return the byte in {@link #file()} that is wrong; empty if the problem has no place} */
    public final OptionalLong offset() {
        return offset == NO_OFFSET ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** {@return what is wrong, without the file's name and without the remedy} */
    public final String problem() {
        return problem;
    }

    /** {@return what can be done about it; {@link Remedy#NONE} if nothing is known to help} */
    public final Remedy remedy() {
        return remedy == null ? Remedy.NONE : remedy;
    }

    /** {@return {@link #remedy()} in the words of this library; empty if nothing is known to help} */
    public final Optional<String> hint() {
        return remedy().isEmpty() ? Optional.empty() : Optional.of(remedy().text());
    }

    static Remedy said(@Nullable String hint) {
        return hint == null ? Remedy.NONE : Remedy.say(hint);
    }
}

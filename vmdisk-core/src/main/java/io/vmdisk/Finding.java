package io.vmdisk;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a check or a lint found. Findings are collected and never thrown: a check reports all that is wrong.
 *
 * @param id a stable name, for scripts: {@code hosted.entry-out-of-file}, {@code LIM-04}
 * @param severity how bad it is
 * @param file the file that it concerns, or null
 * @param offset the byte in that file, or -1
 * @param message what was found and what it means
 * @param remedy what can be done about it; empty if nothing needs to be done
 * @since 0.1
 */
public record Finding(
        String id, Severity severity, @Nullable Path file, long offset, String message, Remedy remedy) {
    /**
     * A finding with advice in words alone.
     *
     * @param id a stable name, for scripts
     * @param severity how bad it is
     * @param file the file that it concerns, or null
     * @param offset the byte in that file, or -1
     * @param message what was found and what it means
     * @param advice what to do; empty if nothing needs to be done
     */
    public Finding(String id, Severity severity, @Nullable Path file, long offset, String message, String advice) {
        this(id, severity, file, offset, message, Remedy.say(advice));
    }

    /** How bad a finding is, from harmless to worst. */
    public enum Severity {
        /** Worth knowing. */
        INFO,
        /** Space is held that nothing uses; no data is at risk. */
        LEAK,
        /** Works, but likely to make trouble. */
        WARNING,
        /** Broken: data is lost, will be lost, or the thing can't be used. */
        ERROR
    }

    // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Finding that
                && id.equals(that.id)
                && severity == that.severity
                && Objects.equals(file, that.file)
                && offset == that.offset
                && message.equals(that.message)
                && remedy.equals(that.remedy);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * id.hashCode() + severity.hashCode()) + Objects.hashCode(file);
    }
}

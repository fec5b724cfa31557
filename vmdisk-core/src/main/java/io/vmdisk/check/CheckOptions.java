package io.vmdisk.check;

import io.vmdisk.ByteRange;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.OpenOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a check goes. Begin with {@link #standard}; each {@code with…} returns a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CheckOptions {
    /** Which files are looked into. */
    public enum Scope {
        /** The files of the disk itself, and the descriptors of its parents. */
        DISK,
        /** The files of all links. */
        CHAIN
    }

    /** Whether guest data is read. */
    public enum Content {
        /** No: only tables and headers are read. */
        METADATA,
        /** Every stored byte is read and every compressed grain inflated. */
        DATA
    }

    private static final ByteRange EVERYTHING = new ByteRange(0, Long.MAX_VALUE);

    private final Scope scope;
    private final Content content;
    private final int threads;
    private final OpenOptions opening;
    private final ByteRange part;

    private CheckOptions(Scope scope, Content content, int threads, OpenOptions opening, ByteRange part) {
        this.part = part;
        this.scope = scope;
        this.content = content;
        this.threads = threads;
        this.opening = opening;
    }

    /** {@return options to check the disk's own metadata and how the chain fits together, and no guest data} */
    public static CheckOptions standard() {
        return new CheckOptions(
                Scope.DISK, Content.METADATA, Pipeline.defaultThreads(), OpenOptions.readOnly(), EVERYTHING);
    }

    /**
     * With another scope.
     *
     * @param other which files are looked into
     * @return a changed copy
     */
    public CheckOptions withScope(Scope other) {
        return new CheckOptions(other, content, threads, opening, part);
    }

    /**
     * With or without guest data.
     *
     * @param other whether guest data is read
     * @return a changed copy
     */
    public CheckOptions withContent(Content other) {
        return new CheckOptions(scope, other, threads, opening, part);
    }

    /**
     * With another number of workers.
     *
     * @param other how many threads read guest data, at least 1; fewer fail when the check begins to read data
     * @return a changed copy
     */
    public CheckOptions withThreads(int other) {
        return new CheckOptions(scope, content, other, opening, part);
    }

    /**
     * With another way to find and open files.
     *
     * @param other how parents and extents are found. A parent with another content ID is looked at all the same,
     *     unless {@link io.vmdisk.disk.OpenOptions.Parents#NONE} leaves parents out
     * @return a changed copy
     */
    public CheckOptions withOpening(OpenOptions other) {
        return new CheckOptions(scope, content, threads, other, part);
    }

    /**
     * With only a part of the disk's guest data, so that several runs share the work. Tables are always checked whole.
     *
     * @param other the bytes of the disk; a grain belongs to the part that holds its first byte
     * @return a changed copy
     */
    public CheckOptions withPart(ByteRange other) {
        return new CheckOptions(scope, content, threads, opening, other);
    }

    /** {@return which files are looked into} */
    public Scope scope() {
        return scope;
    }

    /** {@return whether guest data is read} */
    public Content content() {
        return content;
    }

    /** {@return how many threads read guest data; at first one for each core, up to four} */
    public int threads() {
        return threads;
    }

    /** {@return how parents and extents are found and opened} */
    public OpenOptions opening() {
        return opening;
    }

    /**
     * {@return the bytes of the disk that are read with {@link Content#DATA}; a grain belongs to the part that holds
     * its first byte}
     */
    public ByteRange part() {
        return part;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CheckOptions that
                && scope.equals(that.scope)
                && content.equals(that.content)
                && threads == that.threads
                && opening.equals(that.opening)
                && part.equals(that.part);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scope, content, threads, opening, part);
    }

    @Override
    public String toString() {
        return "CheckOptions[" + "scope=" + scope + ", content=" + content + ", threads=" + threads + ", opening="
                + opening + ", part=" + part + "]";
    }
}

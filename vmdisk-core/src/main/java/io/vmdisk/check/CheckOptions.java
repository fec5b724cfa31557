package io.vmdisk.check;

import io.vmdisk.ByteRange;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.OpenOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a check goes. Begin with {@link #standard}; each {@code with…} gives a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CheckOptions {
    /** Which files are looked into. */
    public enum Scope {
        /** The disk's own; of its parents the descriptors. */
        DISK,
        /** Those of all links. */
        CHAIN
    }

    /** Whether guest data is read. */
    public enum Content {
        /** No: tables and headers only. */
        METADATA,
        /** Every stored byte is read, every compressed grain inflated. */
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

    /** The disk's own metadata, and how the chain fits together. */
    public static CheckOptions standard() {
        return new CheckOptions(
                Scope.DISK, Content.METADATA, Pipeline.defaultThreads(), OpenOptions.readOnly(), EVERYTHING);
    }

    /** Another scope. */
    public CheckOptions withScope(Scope other) {
        return new CheckOptions(other, content, threads, opening, part);
    }

    /** With or without guest data. */
    public CheckOptions withContent(Content other) {
        return new CheckOptions(scope, other, threads, opening, part);
    }

    /** With another number of workers. */
    public CheckOptions withThreads(int other) {
        return new CheckOptions(scope, content, other, opening, part);
    }

    /** With another way to find files. */
    public CheckOptions withOpening(OpenOptions other) {
        return new CheckOptions(scope, content, threads, other, part);
    }

    /** With only a part of the disk's guest data, so that several runs share the work. Tables are looked at whole. */
    public CheckOptions withPart(ByteRange other) {
        return new CheckOptions(scope, content, threads, opening, other);
    }

    /** Which files are looked into. */
    public Scope scope() {
        return scope;
    }

    /** Whether guest data is read. */
    public Content content() {
        return content;
    }

    /** Workers that read guest data. */
    public int threads() {
        return threads;
    }

    /** How parents and extents are found. */
    public OpenOptions opening() {
        return opening;
    }

    /** Which bytes of the disk are read, if any are; a grain is read with its first byte. */
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

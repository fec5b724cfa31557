package io.vmdisk.check;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.transfer.Pipeline;

/**
 * How far a check goes. Begin with {@link #standard}; each {@code with…} gives a changed copy.
 *
 * @param scope which files are looked into
 * @param content whether guest data is read
 * @param threads workers that read guest data
 * @param opening how parents and extents are found
 */
public record CheckOptions(Scope scope, Content content, int threads, OpenOptions opening) {
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

    /** The disk's own metadata, and how the chain fits together. */
    public static CheckOptions standard() {
        return new CheckOptions(Scope.DISK, Content.METADATA, Pipeline.defaultThreads(), OpenOptions.readOnly());
    }

    /** Another scope. */
    public CheckOptions withScope(Scope other) {
        return new CheckOptions(other, content, threads, opening);
    }

    /** With or without guest data. */
    public CheckOptions withContent(Content other) {
        return new CheckOptions(scope, other, threads, opening);
    }

    /** With another number of workers. */
    public CheckOptions withThreads(int other) {
        return new CheckOptions(scope, content, other, opening);
    }

    /** With another way to find files. */
    public CheckOptions withOpening(OpenOptions other) {
        return new CheckOptions(scope, content, threads, other);
    }
}

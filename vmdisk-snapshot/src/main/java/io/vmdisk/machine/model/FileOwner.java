package io.vmdisk.machine.model;

/**
 * Whose file it is.
 *
 * @param kind what owns it
 * @param name which one: a disk's node, a snapshot's uid and name, a machine's file; empty where there is only one
 * @since 0.1
 */
public record FileOwner(Kind kind, String name) {
    /** What can own a file. */
    public enum Kind {
        /** The machine. */
        MACHINE,
        /** A disk of it, in its present state. */
        DISK,
        /** A snapshot of it. */
        SNAPSHOT,
        /** One run, from power-on to power-off. */
        RUN,
        /** A host or a tool of it. */
        HOST,
        /** Another machine whose configuration lies in the same folder. */
        OTHER_MACHINE,
        /** Whoever put it there. */
        USER,
        /** Nobody: it has a machine's form, but nothing refers to it. */
        NOBODY
    }

    /** An owner that needs no name. */
    public static FileOwner of(Kind kind) {
        return new FileOwner(kind, "");
    }
}

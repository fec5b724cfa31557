package io.vmdisk.machine.model;

/**
 * The owner of a file.
 *
 * @param kind what owns it
 * @param name which one: a disk's device, a snapshot's uid and name, a machine's file; empty where there is only one
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
        /** A host, or a tool on it. */
        HOST,
        /** Another machine whose configuration lies in the same folder. */
        OTHER_MACHINE,
        /** A user, who put it there. */
        USER,
        /** Nobody: its name is like that of a machine's file, but nothing refers to it. */
        NOBODY
    }

    /**
     * {@return an owner without a name}
     *
     * @param kind what owns the file
     */
    public static FileOwner of(Kind kind) {
        return new FileOwner(kind, "");
    }
}

package io.vmdisk.cli;

import java.util.Locale;

/** What the library {@code faults.c} does to a call that changes a file. The order is that library's. */
enum Harm {
    /** Nothing; calls are counted. */
    NONE,
    /** It fails once, with EIO. */
    ERROR,
    /** It and all later ones that take space fail with ENOSPC. */
    FULL,
    /** A write takes half of its bytes, and says so. */
    SHORT,
    /** The process dies before it, by SIGKILL. */
    KILL,
    /** The process dies in the middle of it, by SIGKILL. */
    TORN,
    /** The process stops before it until it is sent SIGCONT. */
    STOP,
    /** It and all later ones fail with EIO and do nothing: what is left is what a process leaves that dies before it. */
    GONE,
    /** Half of a write is done, nothing from then on: what is left is what a process leaves that dies in the middle. */
    HALF;

    /** Whether the process dies of it. */
    boolean isFatal() {
        return this == KILL || this == TORN;
    }

    /** Whether a call of this letter can be harmed so: {@code w} for writes, {@code s} for what else takes space. */
    boolean fits(char letter) {
        return switch (this) {
            case SHORT, HALF -> letter == 'w';
            case FULL -> letter != 'o';
            default -> true;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

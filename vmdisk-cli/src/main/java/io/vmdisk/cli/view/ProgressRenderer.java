package io.vmdisk.cli.view;

/** Draws one state of a phase of work. Called by one thread at a time. */
interface ProgressRenderer {
    /** Nanoseconds between two drawings. */
    long intervalNanos();

    /** Nanoseconds before the first drawing: what is over sooner needs none. */
    long patienceNanos();

    /** Draws the work so far. */
    void draw(ProgressState state);

    /** Draws, or cleans up, the end of a phase. */
    void finish(ProgressState state);
}

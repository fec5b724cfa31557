package io.vmdisk.bulk;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;

/**
 * Lets the tasks of a pipeline do one short part of their work in the order of their making, while the rest runs in
 * parallel. A pipeline starts tasks in that order, so the one whose turn it is always runs, and nobody waits in a circle.
 *
 * <p>Where the order is all the same nobody waits.
 */
public final class Turns {
    private final boolean isOrdered;
    private long given;
    private long next;

    /** What is done in turn. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    /** Turns for writing to a disk: in a flat one every byte has its place, and those who write take none. */
    public Turns(VirtualDisk target) {
        isOrdered = !target.links().get(0).isPlain();
    }

    /** The turn of the next task; for the thread that feeds the pipeline. Every turn must be closed, or be the last. */
    public Turn another() {
        return new Turn(given++);
    }

    private synchronized void await(long number) {
        boolean interrupted = false;
        while (next != number) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void pass(long number) {
        next = number + 1;
        notifyAll();
    }

    /** One task's turn, for its thread; the first closing passes it on, also if it never came to use it. */
    public final class Turn implements AutoCloseable {
        private final long number;
        private boolean passed = !isOrdered;

        private Turn(long number) {
            this.number = number;
        }

        /** Waits until all tasks before are done with theirs. */
        public void await() {
            if (!passed) {
                Turns.this.await(number);
            }
        }

        /** Does something when the turn has come, and passes it on. */
        public void take(Step step) throws IOException {
            try (this) {
                await();
                step.run();
            }
        }

        @Override
        public void close() {
            if (!passed) {
                await();
                passed = true;
                pass(number);
            }
        }
    }
}

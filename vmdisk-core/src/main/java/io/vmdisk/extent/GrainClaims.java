package io.vmdisk.extent;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps two threads from changing the state of the same grain at once, while data is copied outside any lock.
 *
 * <p>A claim covers a stretch of grains and waits until no other claim touches it. Held for one write, by as many
 * threads as write at once: a short list is the fastest structure. A thread holds one claim at a time, so none can
 * wait in a circle.
 */
final class GrainClaims {
    private final List<Claim> held = new ArrayList<>();

    /** Waits for the grains {@code first} to {@code last}, both included. */
    synchronized Claim claim(long first, long last) {
        Claim claim = new Claim(first, last);
        boolean interrupted = false;
        while (isTouched(claim)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        held.add(claim);
        return claim;
    }

    private boolean isTouched(Claim wanted) {
        for (Claim claim : held) {
            if (claim.first <= wanted.last && wanted.first <= claim.last) {
                return true;
            }
        }
        return false;
    }

    private synchronized void release(Claim claim) {
        held.remove(claim);
        notifyAll();
    }

    /** Grains whose states only the holder changes. */
    final class Claim implements AutoCloseable {
        private final long first;
        private final long last;

        private Claim(long first, long last) {
            this.first = first;
            this.last = last;
        }

        @Override
        public void close() {
            release(this);
        }
    }
}

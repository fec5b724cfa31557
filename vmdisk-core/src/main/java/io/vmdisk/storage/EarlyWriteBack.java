package io.vmdisk.storage;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets the system write back what a large file was given while more is coming, so that the force at its end has little left
 * to wait for. Left alone Linux begins after half a minute or when a tenth of the memory is unwritten. Safe for many threads.
 */
final class EarlyWriteBack {
    /** So much is written from one start to the next; smaller files are not worth a call. */
    static final long STRIDE_BYTES = 64L << 20;

    private final AtomicLong unstarted = new AtomicLong();
    private final AtomicBoolean starting = new AtomicBoolean();

    /** Begins it. */
    @FunctionalInterface
    interface Start {
        void run() throws IOException;
    }

    /**
     * Notes a write, and begins a write-back if it is time for one.
     *
     * @param start runs in a thread of its own, since it may wait for a drive with a full queue
     */
    void written(long bytes, Start start) {
        if (unstarted.addAndGet(bytes) < STRIDE_BYTES || !starting.compareAndSet(false, true)) {
            return;
        }
        unstarted.set(0);
        Thread thread = new Thread(() -> begin(start), "vmdisk-write-back");
        thread.setDaemon(true);
        thread.start();
    }

    private void begin(Start start) {
        try {
            start.run();
        } catch (IOException e) {
            // The file was closed, or its drive fails: the next force says so.
        } finally {
            starting.set(false);
        }
    }
}

package io.vmdisk.bulk;

import io.vmdisk.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Work on all cores whose results come back in order: the thread that feeds it also takes the results.
 *
 * <p>At most a few tasks for each worker are in flight, which bounds memory; feeding one more waits until the older half of
 * them is done, so that the feeder sleeps seldom and long. A task's failure is thrown to the feeder. Workers are never
 * interrupted, since that would close their files.
 *
 * <p>Tasks of a copy take a tenth of a millisecond, and a copy is over before the JVM has compiled what it runs: so this is
 * monitors and two queues, and not a general executor, whose interpreted code took longer than the tasks.
 *
 * @param <R> what a task results in
 */
public final class Pipeline<R> implements Closeable {
    private static final int TASKS_PER_WORKER = 3;

    private final int threads;
    private final int depth;
    private final Consumer<R> consumer;
    private final Progress progress;
    private final String operation;
    /** In their order, done or not; the feeder's alone. */
    private final ArrayDeque<Task<R>> running = new ArrayDeque<>();
    /** Those of them that no worker has begun, and the monitor for this queue and what follows. */
    private final ArrayDeque<Task<R>> waiting = new ArrayDeque<>();

    private int workers;
    private int idle;
    private boolean closed;

    /** Takes results, in the order of their tasks, on the feeding thread. */
    @FunctionalInterface
    public interface Consumer<R> {
        /** Takes one. */
        void accept(R result) throws IOException;
    }

    /**
     * A pipeline.
     *
     * @param threads workers, at least one
     * @param progress asked before each task whether to stop
     * @param operation what it is, for the message of a cancel
     */
    public Pipeline(int threads, Consumer<R> consumer, Progress progress, String operation) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads);
        }
        this.threads = threads;
        this.depth = Math.multiplyExact(threads, TASKS_PER_WORKER);
        this.consumer = consumer;
        this.progress = progress;
        this.operation = operation;
    }

    /** Workers for bulk copies: the memory of most machines is full with four. */
    public static int defaultThreads() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    }

    /** Tasks that may be in flight at once: how many buffers are needed. */
    public int depth() {
        return depth;
    }

    /** Adds a task; may first take the results of older ones. */
    public void submit(Callable<R> work) throws IOException {
        progress.checkCancelled(operation);
        if (running.size() >= depth) {
            takeOlderHalf();
        }
        Task<R> task = new Task<>(work);
        running.addLast(task);
        synchronized (waiting) {
            waiting.addLast(task);
            if (idle > 0) {
                waiting.notify();
                return;
            }
        }
        if (workers < threads) {
            workers++;
            Thread worker = new Thread(this::work, "vmdisk-worker");
            worker.setDaemon(true);
            worker.start();
        }
    }

    /** Waits for all tasks and takes their results. */
    public void finish() throws IOException {
        while (!running.isEmpty()) {
            takeOldest();
        }
    }

    private void takeOlderHalf() throws IOException {
        int count = depth / 2;
        Iterator<Task<R>> older = running.iterator();
        Task<R> last = older.next();
        for (int i = 1; i < count; i++) {
            last = older.next();
        }
        last.await();
        for (int i = 0; i < count; i++) {
            takeOldest();
        }
    }

    private void takeOldest() throws IOException {
        consumer.accept(running.removeFirst().result());
    }

    /** What each worker does. */
    private void work() {
        for (Task<R> task = next(); task != null; task = next()) {
            task.run();
        }
    }

    /** The oldest task that nobody has begun, or null if there will be none any more. */
    private @Nullable Task<R> next() {
        synchronized (waiting) {
            while (waiting.isEmpty() && !closed) {
                idle++;
                try {
                    waiting.wait();
                } catch (InterruptedException e) {
                    // Nobody interrupts workers to any purpose: it goes on.
                } finally {
                    idle--;
                }
            }
            return waiting.pollFirst();
        }
    }

    /** Waits until no task touches anything any more; results that nobody took are dropped. */
    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.removeFirst().await();
        }
        synchronized (waiting) {
            closed = true;
            waiting.notifyAll();
        }
    }

    /** A piece of work, and what came of it; its own monitor guards that. */
    private static final class Task<R> {
        private final Callable<R> work;
        private boolean done;
        private @Nullable R result;
        private @Nullable Throwable failure;

        Task(Callable<R> work) {
            this.work = work;
        }

        void run() {
            try {
                done(work.call(), null);
            } catch (Throwable e) {
                // Of whatever kind it is: the feeder has to hear of it.
                done(null, e);
            }
        }

        private synchronized void done(@Nullable R made, @Nullable Throwable failed) {
            result = made;
            failure = failed;
            done = true;
            notifyAll();
        }

        synchronized void await() {
            boolean interrupted = false;
            while (!done) {
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

        @SuppressWarnings("NullAway") // a task that did not fail has a result, which is null only where R allows it
        synchronized R result() throws IOException {
            await();
            if (failure != null) {
                throw rethrown(failure);
            }
            return result;
        }

        private static IOException rethrown(Throwable cause) {
            if (cause instanceof IOException e) {
                return e;
            }
            if (cause instanceof RuntimeException e) {
                throw e;
            }
            if (cause instanceof Error e) {
                throw e;
            }
            return new IOException(cause);
        }
    }
}

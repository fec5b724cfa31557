package io.vmdisk.bulk;

import io.vmdisk.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Work on all cores whose results come back in order: the thread that feeds it also takes the results.
 *
 * <p>At most a few tasks for each worker are in flight, which bounds memory; feeding one more waits for the oldest. A
 * task's failure is thrown to the feeder. Workers are never interrupted, since that would close their files.
 *
 * @param <R> what a task results in
 */
public final class Pipeline<R> implements Closeable {
    private static final int TASKS_PER_WORKER = 3;

    private final ExecutorService workers;
    private final int depth;
    private final ArrayDeque<Future<R>> running = new ArrayDeque<>();
    private final Consumer<R> consumer;
    private final Progress progress;
    private final String operation;

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
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "vmdisk-worker");
            thread.setDaemon(true);
            return thread;
        });
        this.depth = threads * TASKS_PER_WORKER;
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

    /** Adds a task; may first take the oldest one's result. */
    public void submit(Callable<R> task) throws IOException {
        progress.checkCancelled(operation);
        while (running.size() >= depth) {
            takeOldest();
        }
        running.addLast(workers.submit(task));
    }

    /** Waits for all tasks and takes their results. */
    public void finish() throws IOException {
        while (!running.isEmpty()) {
            takeOldest();
        }
    }

    private void takeOldest() throws IOException {
        consumer.accept(result(running.removeFirst()));
    }

    private static <R> R result(Future<R> future) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(@Nullable Throwable cause) {
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

    /** Waits until no task touches anything any more; results that nobody took are dropped. */
    @Override
    public void close() {
        while (!running.isEmpty()) {
            try {
                result(running.removeFirst());
            } catch (IOException | RuntimeException e) {
                // The feeder has failed already, and says why.
            }
        }
        workers.shutdown();
    }
}

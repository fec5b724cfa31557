package io.vmdisk.cli.view;

import io.vmdisk.Progress;
import io.vmdisk.RateLimit;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows work and draws it now and then.
 *
 * <p>Thread-safe; a worker that happens to be due draws, the others never wait for it. Close it before printing
 * anything else, so that a half-drawn bar is wiped.
 */
public final class ProgressBar implements Progress, AutoCloseable {
    private static final long AUTO_PATIENCE_NANOS = 500_000_000;

    private final ProgressRenderer renderer;
    private final LongSupplier nanos;
    private final BooleanSupplier cancelled;
    private final LongAdder done = new LongAdder();
    private final AtomicLong nextDrawing = new AtomicLong();
    private final ReentrantLock drawing = new ReentrantLock();
    private volatile @Nullable Phase phase;
    private @Nullable RateLimit limit;

    private record Phase(String task, long totalBytes, long startNanos) {}

    private ProgressBar(ProgressRenderer renderer, LongSupplier nanos, BooleanSupplier cancelled) {
        this.renderer = renderer;
        this.nanos = nanos;
        this.cancelled = cancelled;
    }

    /**
     * Follows work in the way asked for.
     *
     * @param mode {@link ProgressMode#NONE} gives a progress that only knows about cancelling; so does {@code auto}
     *     where {@code err} is no terminal, which the caller says by passing {@code none}
     * @param err where to draw
     * @param width columns of a line, asked for whenever one is drawn
     * @param nanos a clock that only runs forward
     * @param cancelled whether the user has asked to stop
     */
    public static ProgressBar of(
            ProgressMode mode, PrintStream err, IntSupplier width, LongSupplier nanos, BooleanSupplier cancelled) {
        ProgressRenderer renderer = switch (mode) {
            case AUTO -> new BarRenderer(err, width, AUTO_PATIENCE_NANOS);
            case BAR -> new BarRenderer(err, width, 0);
            case PLAIN -> new PlainRenderer(err);
            case JSON -> new JsonRenderer(err);
            case NONE -> new SilentRenderer();
        };
        return new ProgressBar(renderer, nanos, cancelled);
    }

    @Override
    public void begin(String task, long totalBytes) {
        drawing.lock();
        try {
            finishPhase();
            done.reset();
            long now = nanos.getAsLong();
            phase = new Phase(task, totalBytes, now);
            nextDrawing.set(now + renderer.patienceNanos());
        } finally {
            drawing.unlock();
        }
    }

    @Override
    public void advance(long bytes) {
        done.add(bytes);
        long now = nanos.getAsLong();
        long due = nextDrawing.get();
        if (now - due >= 0 && nextDrawing.compareAndSet(due, now + renderer.intervalNanos()) && drawing.tryLock()) {
            try {
                Phase current = phase;
                if (current != null) {
                    renderer.draw(state(current, now));
                }
            } finally {
                drawing.unlock();
            }
        }
    }

    private ProgressState state(Phase current, long now) {
        return new ProgressState(current.task(), done.sum(), current.totalBytes(), now - current.startNanos());
    }

    private void finishPhase() {
        Phase current = phase;
        if (current != null) {
            renderer.finish(state(current, nanos.getAsLong()));
            phase = null;
        }
    }

    /** From here on the work is kept to a rate; call it before the work begins. Null for none. */
    public void keepTo(@Nullable RateLimit rate) {
        limit = rate;
    }

    @Override
    public void pace(long bytes) {
        if (limit != null) {
            limit.await(bytes, this::cancelled);
        }
    }

    @Override
    public boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    /** Ends the last phase and wipes the bar. */
    @Override
    public void close() {
        drawing.lock();
        try {
            finishPhase();
        } finally {
            drawing.unlock();
        }
    }
}

package io.vmdisk.cli.view;

import java.io.PrintStream;
import java.util.function.IntSupplier;

/** A bar that redraws its line and wipes it when the phase is over. */
final class BarRenderer implements ProgressRenderer {
    /** A narrower terminal has room for the numbers only. */
    private static final int NARROW = 60;

    private static final int MIN_BAR = 10;
    private static final int MAX_BAR = 40;

    private final PrintStream out;
    private final IntSupplier width;
    private final long patienceNanos;
    private int drawn;

    BarRenderer(PrintStream out, IntSupplier width, long patienceNanos) {
        this.out = out;
        this.width = width;
        this.patienceNanos = patienceNanos;
    }

    @Override
    public long intervalNanos() {
        return 100_000_000;
    }

    @Override
    public long patienceNanos() {
        return patienceNanos;
    }

    @Override
    public void draw(ProgressState state) {
        int columns = width.getAsInt();
        String line = line(state, columns);
        // What stood behind the end of a terminal that became narrower is not there any more.
        out.print('\r' + line + " ".repeat(Math.max(0, Math.min(drawn, columns - 1) - line.length())));
        out.flush();
        drawn = line.length();
    }

    private String line(ProgressState state, int columns) {
        String tail = " " + state.share() + "  " + ByteSize.print(state.speed()) + "/s";
        long left = state.secondsLeft();
        if (left >= 0) {
            tail += "  " + ProgressState.clock(left) + " left";
        }
        String head = Printable.cell(state.task());
        int room = columns - 1 - head.length() - tail.length() - 3;
        String bar = "";
        if (state.permille() >= 0 && columns >= NARROW && room >= MIN_BAR) {
            int cells = Math.min(room, MAX_BAR);
            int full = cells * state.permille() / 1000;
            bar = " [" + "#".repeat(full) + ".".repeat(cells - full) + "]";
        }
        String line = head + bar + tail;
        return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    }

    @Override
    public void finish(ProgressState state) {
        if (drawn > 0) {
            out.print('\r' + " ".repeat(Math.max(0, Math.min(drawn, width.getAsInt() - 1))) + '\r');
            out.flush();
            drawn = 0;
        }
    }
}

package io.vmdisk.cli.view;

import java.io.PrintStream;

/** A line every two seconds, for logs. */
final class PlainRenderer implements ProgressRenderer {
    private final PrintStream out;

    PlainRenderer(PrintStream out) {
        this.out = out;
    }

    @Override
    public long intervalNanos() {
        return 2_000_000_000L;
    }

    @Override
    public long patienceNanos() {
        return intervalNanos();
    }

    @Override
    public void draw(ProgressState state) {
        String total = state.totalBytes() < 0 ? "" : " of " + ByteSize.print(state.totalBytes());
        String share = state.totalBytes() < 0 ? "" : state.share() + ", ";
        print(state, share + ByteSize.print(state.doneBytes()) + total + ", " + ByteSize.print(state.speed()) + "/s");
    }

    @Override
    public void finish(ProgressState state) {
        print(
                state,
                "done, " + ByteSize.print(state.doneBytes()) + " in "
                        + ProgressState.clock(state.elapsedNanos() / 1_000_000_000L));
    }

    private void print(ProgressState state, String rest) {
        out.print(Printable.cell(state.task()) + ": " + rest + "\n");
        out.flush();
    }
}

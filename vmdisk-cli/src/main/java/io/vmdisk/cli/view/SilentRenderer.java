package io.vmdisk.cli.view;

/** Draws nothing. */
final class SilentRenderer implements ProgressRenderer {
    @Override
    public long intervalNanos() {
        return Long.MAX_VALUE / 4;
    }

    @Override
    public long patienceNanos() {
        return intervalNanos();
    }

    @Override
    public void draw(ProgressState state) {}

    @Override
    public void finish(ProgressState state) {}
}

package io.vmdisk.transfer;

import io.vmdisk.Progress;

/** Tells progress by the place that was reached, so that stretches which are skipped count as done. */
final class PositionProgress {
    private final Progress progress;
    private long reached;

    PositionProgress(Progress progress) {
        this.progress = progress;
    }

    void upTo(long end) {
        if (end > reached) {
            progress.advance(end - reached);
            reached = end;
        }
    }
}

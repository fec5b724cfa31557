package io.vmdisk.cli.view;

/**
 * How far a phase is.
 *
 * @param task what is done
 * @param doneBytes how much is done
 * @param totalBytes how much there is, or -1 if unknown
 * @param elapsedNanos since the phase began
 */
record ProgressState(String task, long doneBytes, long totalBytes, long elapsedNanos) {
    private static final double NANOS = 1e9;

    /** Thousandths done, 0 to 1000, or -1 if the total is unknown. */
    int permille() {
        if (totalBytes < 0) {
            return -1;
        }
        if (totalBytes == 0) {
            return 1000;
        }
        return (int) Math.max(0, Math.min(1000, Math.round(1000.0 * doneBytes / totalBytes)));
    }

    /** Bytes a second so far. */
    long speed() {
        return elapsedNanos <= 0 ? 0 : (long) (doneBytes * NANOS / elapsedNanos);
    }

    /** Seconds left at the speed so far, or -1 if that can't be said. */
    long secondsLeft() {
        if (totalBytes < 0 || doneBytes <= 0) {
            return -1;
        }
        double left = Math.max(0, totalBytes - doneBytes);
        return (long) Math.ceil(left / doneBytes * elapsedNanos / NANOS);
    }

    /** {@code 43 %}, or what is done where the total is unknown. */
    String share() {
        int permille = permille();
        return permille < 0 ? ByteSize.print(doneBytes) : permille / 10 + "%";
    }

    /** {@code 0:07}, {@code 1:02:03}. */
    static String clock(long seconds) {
        long minutes = seconds / 60;
        String tail = twoDigits(seconds % 60);
        return minutes < 60 ? minutes + ":" + tail : minutes / 60 + ":" + twoDigits(minutes % 60) + ":" + tail;
    }

    private static String twoDigits(long value) {
        return value < 10 ? "0" + value : Long.toString(value);
    }
}

package io.vmdisk.storage;

/**
 * Makes the system's calls ready on a thread of its own, while the caller does something else: to link them takes tens of
 * milliseconds, which a short command would wait for.
 *
 * <p>For programs that run once; a longer one links them on first use and never notices. Where the JVM has no such calls
 * it does nothing.
 *
 * @since 0.1
 */
public enum HeadStart {
    /** For {@link BlockFile#allocatedBytes}. */
    FACTS,
    /** For {@link BlockFile#nextData} and {@link BlockFile#nextHole}. */
    HOLES;

    /** Whether this JVM has such calls: for reports of bugs, which are others without them. */
    public static boolean isPossible() {
        return NativeFile.available();
    }

    /** Returns at once; the thread ends by itself and keeps no JVM alive. */
    public void begin() {
        Thread thread = new Thread(() -> NativeFile.link(this), "vmdisk-head-start");
        thread.setDaemon(true);
        thread.start();
    }
}

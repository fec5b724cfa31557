package io.vmdisk.storage;

/**
 * Prepares the system's own calls on a separate thread while the caller does something else. Linking them takes tens of
 * milliseconds, for which a short command would wait.
 *
 * <p>For programs that run once; a longer one links them on first use and does not notice. Does nothing where the JVM
 * has no such calls.
 *
 * @since 0.1
 */
public enum HeadStart {
    /** For {@link BlockFile#allocatedBytes}. */
    FACTS,
    /** For {@link BlockFile#nextData} and {@link BlockFile#nextHole}. */
    HOLES;

    /** {@return whether this JVM can call the system directly; reports of bugs say so, because much depends on it} */
    public static boolean isPossible() {
        return NativeFile.available();
    }

    /** Starts the preparation and returns at once. The thread ends by itself and keeps no JVM alive. */
    public void begin() {
        Thread thread = new Thread(() -> NativeFile.link(this), "vmdisk-head-start");
        thread.setDaemon(true);
        thread.start();
    }
}

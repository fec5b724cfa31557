package io.vmdisk.storage;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prepares the system's own calls on a separate thread while the caller does something else. Linking them takes tens of
 * milliseconds, for which a short command would wait.
 *
 * <p>For programs that run once; a longer one links them on first use and does not notice. Does nothing where the JVM
 * has no such calls. Safe for many threads.
 *
 * @since 0.1
 */
public final class HeadStart {
    /** Work on so many bytes of a disk takes longer than linking the calls. */
    public static final long WORTH_BYTES = 64L << 20;

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private HeadStart() {}

    /** {@return whether this JVM can call the system directly; reports of bugs say so, because much depends on it} */
    public static boolean isPossible() {
        return NativeFile.available();
    }

    /**
     * Starts the preparation and returns at once; only the first call in a JVM does anything. The thread ends by itself and
     * keeps no JVM alive.
     */
    public static void begin() {
        if (!NativeFile.available() || !BEGUN.compareAndSet(false, true)) {
            return;
        }
        Thread thread = new Thread(NativeFile::link, "vmdisk-head-start");
        thread.setDaemon(true);
        thread.start();
    }
}

package io.vmdisk.storage;

/**
 * When a new file becomes durable. What is changed in place is always made durable in order, whatever is said here.
 *
 * <p>Immutable, so any number of threads may use one at once.
 *
 * @since 0.1
 */
public enum Sync {
    /** Before it has its name: after a power cut it is there whole, or not at all. */
    END,
    /**
     * Whenever the system writes it back. After a power cut shortly afterwards a file may have its name and lack content.
     * A crash of the program alone costs nothing.
     */
    NONE;

    /** The volume in which files are made so. */
    public Volume on(Volume volume) {
        return switch (this) {
            case END -> volume;
            case NONE -> new UnforcedVolume(volume);
        };
    }
}

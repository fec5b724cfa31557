package io.vmdisk.storage;

/**
 * When a new file becomes durable. What is changed in place always becomes durable in order, with either value.
 *
 * <p>Immutable, so any number of threads may use one at once.
 *
 * @since 0.1
 */
public enum Sync {
    /** Before the file has its name: after a power cut it is there whole, or not at all. */
    END,
    /**
     * When the system writes it back. After a power cut shortly afterwards a file may have its name and lack content. A
     * crash of the program alone loses nothing.
     */
    NONE;

    /**
     * {@return the volume in which files become durable this way: {@code volume} itself for {@link #END}}
     *
     * @param volume that has the files
     */
    public Volume on(Volume volume) {
        return switch (this) {
            case END -> volume;
            case NONE -> new UnforcedVolume(volume);
        };
    }
}

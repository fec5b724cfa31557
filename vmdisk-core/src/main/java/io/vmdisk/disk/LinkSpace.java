package io.vmdisk.disk;

/**
 * What happens to the space of links while they are merged into the disk below them.
 *
 * @since 0.1
 */
public enum LinkSpace {
    /** It stays until they are deleted. */
    KEEP,
    /** The space of every range is given back as soon as the range is merged, so that a full store can be rescued. */
    GIVE_BACK
}

package io.vmdisk.disk;

/**
 * What happens to the space of links while they are folded into the disk below them.
 *
 * @since 0.1
 */
public enum LinkSpace {
    /** It stays until they are deleted. */
    KEEP,
    /** Every stretch that is merged is given back at once, so that a full store can be rescued. */
    GIVE_BACK
}

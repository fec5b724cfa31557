package io.vmdisk.disk;

/**
 * Where the text of a descriptor stands.
 *
 * <p>All kinds are immutable.
 *
 * @since 0.1
 */
public sealed interface DescriptorPlace {
    /** A file of its own. */
    record Separate() implements DescriptorPlace {}

    /**
     * An area inside the extent. What follows it is never touched.
     *
     * @param offset the first byte of the area in the file
     * @param length its length in bytes
     */
    record Embedded(long offset, int length) implements DescriptorPlace {}

    /** There is none: a bare extent or raw file, described by what can be known of it. */
    record Missing() implements DescriptorPlace {}
}

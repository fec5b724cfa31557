package io.vmdisk.extent;

/**
 * Room for a descriptor inside a sparse file, whether a good one is there or not.
 *
 * @param offset the byte of the file at which it begins
 * @param length bytes
 * @param createTypeWord what a descriptor there says that the disk is
 */
public record DescriptorRoom(long offset, int length, String createTypeWord) {}

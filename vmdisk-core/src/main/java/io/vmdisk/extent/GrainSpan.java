package io.vmdisk.extent;

/**
 * Free grains in a row.
 *
 * @param fileOffset where the first one lies
 * @param count how many, at least one
 */
public record GrainSpan(long fileOffset, int count) {}

package io.vmdisk.hash;

import io.vmdisk.ByteRange;

/**
 * One machine's part of the work on a disk.
 *
 * @param range its bytes of the disk
 * @param storedBytes how many of them are stored: what the work costs
 * @since 0.1
 */
public record DiskSplit(ByteRange range, long storedBytes) {}

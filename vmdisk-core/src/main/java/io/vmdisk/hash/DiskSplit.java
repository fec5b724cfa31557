package io.vmdisk.hash;

import io.vmdisk.ByteRange;

/**
 * One machine's part of the work on a disk.
 *
 * @param range its bytes of the disk
 * @param storedBytes how many bytes of the range are stored, which is what the work costs; from 0 to the range's length
 * @since 0.1
 */
public record DiskSplit(ByteRange range, long storedBytes) {}

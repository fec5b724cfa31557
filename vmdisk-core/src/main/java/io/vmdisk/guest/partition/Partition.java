package io.vmdisk.guest.partition;

import io.vmdisk.ByteRange;

/**
 * One entry of a partition table.
 *
 * @param number as Linux counts: primary 1 to 4, logical from 5; 0 for a disk without a table
 * @param range its bytes on the disk
 * @param type the type as it stands in the table: two hex digits, a GUID, or empty without a table
 * @param typeName what that type is called; {@code unknown} if it is not known
 * @param name the name in a GPT, else empty
 */
public record Partition(int number, ByteRange range, String type, String typeName, String name) {}

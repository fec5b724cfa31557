package io.vmdisk.guest;

/**
 * A partition and what is in it.
 *
 * @param partition where it is
 * @param content what it holds
 */
public record GuestPartition(Partition partition, GuestFileSystem content) {}

package io.vmdisk.guest.scan;

import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.partition.Partition;

/**
 * A partition and what is in it.
 *
 * @param partition where it is
 * @param content what it holds
 */
public record GuestPartition(Partition partition, GuestFileSystem content) {}

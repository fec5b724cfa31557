/**
 * The guest's view of a disk: its partitions and, of each file system that is understood and clean, the blocks it does
 * not use.
 *
 * <p>Read only, and never a guess: a file system is either proved consistent (checksums, counters and both copies of what
 * is kept twice agree) before a single free block is named, or refused with the reason. Start at
 * {@link io.vmdisk.guest.scan.GuestScan}. Reading order inside: {@code GuestWindow} and {@code FreeRuns} (what every reader
 * stands on), {@code PartitionTable}, {@code Signature}, then one family at a time ({@code Ext…}, {@code Xfs…},
 * {@code Ntfs…}, {@code Fat…}, {@code Exfat…}).
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.guest;

import org.jspecify.annotations.NullMarked;

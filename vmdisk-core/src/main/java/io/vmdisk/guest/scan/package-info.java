/**
 * The way in: which partitions a disk has, which file system each holds, and what that does not use ({@link
 * io.vmdisk.guest.scan.GuestScan}).
 */
@NullMarked
package io.vmdisk.guest.scan;

import org.jspecify.annotations.NullMarked;

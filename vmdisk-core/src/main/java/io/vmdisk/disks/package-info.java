/**
 * The entry for whole disks: {@link io.vmdisk.disks.Disks} has one method for each thing that is done with a disk.
 *
 * <p>The work itself is in {@code disk}, {@code transfer}, {@code plan} and {@code check}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.disks;

import org.jspecify.annotations.NullMarked;

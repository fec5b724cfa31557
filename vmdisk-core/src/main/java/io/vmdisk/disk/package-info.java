/**
 * What users hold: {@link io.vmdisk.disk.VirtualDisk}, a disk with all its parents, from any mix of formats.
 *
 * <p>A sparse format knows nothing of disks, and disks know formats only by their doors, which {@code format.Formats} lists.
 * New disks are made in {@code disk.make}, made larger in {@code disk.resize}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.disk;

import org.jspecify.annotations.NullMarked;

/**
 * The central class is {@link io.vmdisk.disk.VirtualDisk}: a disk with all its parents, in any mix of formats.
 *
 * <p>A sparse format knows nothing of disks, and disks know formats only through {@code SparseFormat};
 * {@code format.Formats} lists them. New disks are made in {@code disk.make}, and {@code disk.resize} makes disks
 * larger or smaller.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.disk;

import org.jspecify.annotations.NullMarked;

/**
 * Disks that grow or shrink: the extents, the descriptor, and what a larger base does to the deltas above it
 * ({@link io.vmdisk.disk.resize.DiskResize}).
 */
@NullMarked
package io.vmdisk.disk.resize;

import org.jspecify.annotations.NullMarked;

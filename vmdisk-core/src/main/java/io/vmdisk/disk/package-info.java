/**
 * What users hold: {@link io.vmdisk.disk.VirtualDisk}, a disk with all its parents, from any mix of formats.
 *
 * <p>The registry of formats stands here, above them: a format knows nothing of disks, and nothing below knows all
 * formats. New disks are made in {@code disk.make}, made larger in {@code disk.resize}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.disk;

import org.jspecify.annotations.NullMarked;

/**
 * New disks: what is asked for ({@link io.vmdisk.disk.CreateSpec}), whether a format and a store can hold it, and
 * the making beside the target, so that a name is a whole disk or nothing ({@link io.vmdisk.disk.make.StagedDisk}).
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.disk.make;

import org.jspecify.annotations.NullMarked;

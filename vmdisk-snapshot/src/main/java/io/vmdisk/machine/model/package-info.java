/**
 * What one asks of machines and what one learns about them, as values: requests for snapshots and clones, the dangers that a
 * user takes, disks, files, and the power state. {@link io.vmdisk.machine.Machine} takes and returns them.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.machine.model;

import org.jspecify.annotations.NullMarked;

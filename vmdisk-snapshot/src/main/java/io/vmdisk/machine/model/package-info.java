/**
 * Requests to machines and facts about them, as values: requests for snapshots and clones, the dangers that a user
 * agrees to, disks, files, and the power state. {@link io.vmdisk.machine.Machine} takes and returns them.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.machine.model;

import org.jspecify.annotations.NullMarked;

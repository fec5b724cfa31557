/**
 * Operations on a machine's snapshots, each planned before anything is touched: create, revert, delete, consolidate.
 *
 * <p>{@link io.vmdisk.snapshot.SnapshotPlanner} looks at a {@link io.vmdisk.vm.VirtualMachine} and answers with a {@link
 * io.vmdisk.plan.Plan}; {@link io.vmdisk.snapshot.MachineWork} carries it out. All operations that take snapshots away
 * are one: forget their names, then let {@code Settlement} say which disks fold and which go.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.snapshot;

import org.jspecify.annotations.NullMarked;

/**
 * The snapshot list of a machine, {@code NAME.vmsd}: a dictionary with global keys and a block {@code snapshotN.*} for
 * each snapshot.
 *
 * <pre>
 * snapshot.lastUID         highest uid ever given; never falls
 * snapshot.current         uid of the snapshot that the present state builds on, 0 for none
 * snapshot.numSnapshots    number of blocks; N runs from 0 and means nothing else
 * snapshot.needConsolidate TRUE while deltas are in use that no snapshot owns
 * snapshotN.uid filename parent displayName description type createTimeHigh createTimeLow
 * snapshotN.numDisks, .diskM.fileName, .diskM.node    the frozen disks: the state to return to
 * snapshotN.cloneK, .numClones                        linked clones that depend on the snapshot
 * cloneOfN numCloneOf sentinelN numSentinels          in the list of a linked clone
 * snapshot.mruN.uid                                   recently used, latest first
 * </pre>
 *
 * Reading order: {@code SnapshotTree}, {@code SnapshotListReader}, {@code SnapshotTreeEdit}. See {@code
 * docs/formats/vmsd.md}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.snapshot.vmsd;

import org.jspecify.annotations.NullMarked;

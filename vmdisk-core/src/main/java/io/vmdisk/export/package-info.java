/**
 * Images of other hypervisors, written from a disk and never read: qcow2, VHDX and fixed VHD.
 *
 * <p>All are written in one pass over the disk, data in its order, without a temporary file; what is known only at the end
 * (an index, a header) goes to a place kept for it. So memory does not follow the size of the disk. Each writer's class
 * comment is the map of its file.
 */
@NullMarked
package io.vmdisk.export;

import org.jspecify.annotations.NullMarked;

/**
 * Images of other hypervisors, written from a disk and never read: qcow2, VHDX and fixed VHD.
 *
 * <p>Each is written in one pass over the disk, data in its order, without a temporary file. What is known only at the
 * end (an index, a header) goes to a place that is kept for it. So memory does not grow with the size of the disk. The
 * class comment of each writer is the map of its file.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.export;

import org.jspecify.annotations.NullMarked;

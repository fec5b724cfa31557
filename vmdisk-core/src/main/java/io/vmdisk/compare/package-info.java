/**
 * Where two disks differ, and what changed between two points in time of one disk: first by their maps, and by content
 * only where that may differ.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.compare;

import org.jspecify.annotations.NullMarked;

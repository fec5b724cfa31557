/** Where two disks differ, and what changed between two points of one: by map first, by content only where it may differ. */
@NullMarked
package io.vmdisk.compare;

import org.jspecify.annotations.NullMarked;

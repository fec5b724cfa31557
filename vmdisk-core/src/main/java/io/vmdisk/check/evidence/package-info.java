/**
 * What the files of a disk tell by themselves, apart from what its descriptor says: extents that lie beside it, the line
 * that fits a file, the capacity that a child needs. For checks and for repairs.
 */
@NullMarked
package io.vmdisk.check.evidence;

import org.jspecify.annotations.NullMarked;

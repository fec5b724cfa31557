/** Extents without metadata: byte for byte what the guest sees, and stretches of zeros. */
@NullMarked
package io.vmdisk.extent.flat;

import org.jspecify.annotations.NullMarked;

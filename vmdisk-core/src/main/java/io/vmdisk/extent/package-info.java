/**
 * What every extent can do, and the engine that hosted sparse, COWD and SEsparse share: a directory of tables of grains
 * ({@link io.vmdisk.extent.GrainMap}), read by {@link io.vmdisk.extent.SparseExtent} and changed by its writer.
 *
 * <p>A format adds a header, a layout, an {@link io.vmdisk.extent.EntryCodec} and a {@link
 * io.vmdisk.extent.GrainSpace}, and the {@link io.vmdisk.extent.SparseFormat} through which it is used; it imports no
 * other format.
 */
@NullMarked
package io.vmdisk.extent;

import org.jspecify.annotations.NullMarked;

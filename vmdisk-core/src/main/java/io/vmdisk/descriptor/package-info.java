/**
 * The text that describes a {@code .vmdk}: a lossless document with a typed view, content IDs, geometry and names.
 *
 * <pre>
 * # Disk DescriptorFile             comment; the first line is the signature
 * version=1                         header entries: key=value or key="value"
 * CID=4d1c0a77
 * parentCID=ffffffff
 * createType="monolithicFlat"
 *
 * # Extent description
 * RW 20971520 FLAT "web-flat.vmdk" 0    access, sectors, type, file, first sector in that file
 *
 * # The Disk Data Base
 * ddb.adapterType = "lsilogic"      disk database entries
 * </pre>
 *
 * <p>{@link io.vmdisk.descriptor.Descriptor} reads and edits, {@link io.vmdisk.descriptor.DescriptorBuilder} makes new
 * ones. Nothing here opens a file: {@link io.vmdisk.descriptor.files.ExtentPaths} and
 * {@link io.vmdisk.descriptor.files.ParentHints} only say where a file may be.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.descriptor;

import org.jspecify.annotations.NullMarked;

/**
 * The files that a descriptor names: how VMware calls them, and which paths their names may become.
 */
@NullMarked
package io.vmdisk.descriptor.files;

import org.jspecify.annotations.NullMarked;

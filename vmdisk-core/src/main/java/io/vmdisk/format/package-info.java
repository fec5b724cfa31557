/** The registry of sparse formats: {@link io.vmdisk.format.Formats} has a line for each, and nobody else names them. */
@NullMarked
package io.vmdisk.format;

import org.jspecify.annotations.NullMarked;

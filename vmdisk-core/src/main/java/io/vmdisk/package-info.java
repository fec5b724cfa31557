/**
 * Exceptions, findings and their remedies, progress, ranges and runs. Every other package uses this one, and it uses
 * none.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk;

import org.jspecify.annotations.NullMarked;

/**
 * The words everyone uses: exceptions, progress, ranges and runs. Imports nothing of the other packages.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk;

import org.jspecify.annotations.NullMarked;

/**
 * Moves the bytes of disks: few, big, parallel operations that know no format. What is zero is never read, what reads as
 * zero is never written.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.transfer;

import org.jspecify.annotations.NullMarked;

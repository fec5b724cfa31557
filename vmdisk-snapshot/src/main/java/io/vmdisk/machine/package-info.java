/**
 * The entry for machines: {@link io.vmdisk.machine.Machine} opens one, tells of it, and offers each operation as a value that
 * can be read first and then be run. What stands behind it is in {@code vm}, {@code snapshot}, {@code clone} and {@code
 * rescue}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.machine;

import org.jspecify.annotations.NullMarked;

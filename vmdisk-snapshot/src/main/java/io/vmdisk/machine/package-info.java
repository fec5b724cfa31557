/**
 * The entry point for machines: {@link io.vmdisk.machine.Machine} opens a machine, describes it, and offers each
 * operation as a value that can be read first and then run. The packages {@code vm}, {@code snapshot}, {@code clone}
 * and {@code rescue} do the work.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.machine;

import org.jspecify.annotations.NullMarked;

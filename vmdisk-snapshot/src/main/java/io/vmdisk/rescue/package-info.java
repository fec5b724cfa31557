/**
 * Machines that are broken: what is wrong with one, and repairs that need more than one of its files.
 *
 * <p>{@link io.vmdisk.rescue.MachineCheck} looks at everything and changes nothing. What concerns one disk is the business
 * of {@link io.vmdisk.check}; here are the files that name each other.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.rescue;

import org.jspecify.annotations.NullMarked;

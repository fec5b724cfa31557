/**
 * Machines from machines: clones, templates, and other names.
 *
 * <p>Planners look at a {@link io.vmdisk.vm.VirtualMachine} and answer with a {@link io.vmdisk.plan.Plan}, or refuse. A new
 * machine appears with its configuration, which is written last.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.clone;

import org.jspecify.annotations.NullMarked;

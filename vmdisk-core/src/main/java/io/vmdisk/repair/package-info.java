/**
 * Repairs of disks and chains. Each says first what it would do, and keeps the originals of what it overwrites
 * ({@link io.vmdisk.plan.Repair}). What is wrong is found by {@link io.vmdisk.check}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.repair;

import org.jspecify.annotations.NullMarked;

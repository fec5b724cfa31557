/**
 * What plans are made of: {@link io.vmdisk.plan.step.Preparation}s, which only make new files, and {@link
 * io.vmdisk.plan.step.Step}s, which change what is there and can each be done again.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.plan.step;

import org.jspecify.annotations.NullMarked;

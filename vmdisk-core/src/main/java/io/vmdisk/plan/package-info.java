/**
 * Changes of more than one file: looked at first, planned as a value that can be printed, then carried out under a
 * journal.
 *
 * <p>A {@link io.vmdisk.plan.Plan} has two halves with one commit point between them. {@link
 * io.vmdisk.plan.step.Preparation}s only make new files; until they are all durable, recovery removes what they made.
 * {@link io.vmdisk.plan.step.Step}s change what is there; each can be done again, and after a crash recovery goes on with
 * them, never back. {@link io.vmdisk.plan.PlanExecutor} does both; {@link io.vmdisk.plan.Recovery} finishes what it
 * left. A step holds a question ("fold these links into that disk"), never a list of runs.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.plan;

import org.jspecify.annotations.NullMarked;

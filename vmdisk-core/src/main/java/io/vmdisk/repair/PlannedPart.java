package io.vmdisk.repair;

import io.vmdisk.plan.step.Content;

/**
 * A part of a file that a plan is going to replace.
 *
 * @param kept the part, and where it will be kept
 * @param after what will be there, all of it
 */
record PlannedPart(KeptPart kept, Content after) {}

package io.vmdisk.repair;

import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.step.Content;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that a plan is going to replace.
 *
 * @param kept the part, and where it will be kept
 * @param after what will be there, all of it; null if the file gets another name and stays what it is
 */
record PlannedPart(KeptPart kept, @Nullable Content after) {}

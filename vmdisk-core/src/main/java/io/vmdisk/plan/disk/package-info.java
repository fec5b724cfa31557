/**
 * Planners of single disks: consolidation, another parent, another name, removal.
 */
@NullMarked
package io.vmdisk.plan.disk;

import org.jspecify.annotations.NullMarked;

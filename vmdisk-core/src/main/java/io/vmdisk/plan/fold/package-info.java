/**
 * The fold: links of a chain are copied into a disk below them, each grain once, whatever the depth.
 */
@NullMarked
package io.vmdisk.plan.fold;

import org.jspecify.annotations.NullMarked;

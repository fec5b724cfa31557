/**
 * Commands on machines, and those whose operand may be a machine or a disk.
 */
@NullMarked
package io.vmdisk.cli.machine;

import org.jspecify.annotations.NullMarked;

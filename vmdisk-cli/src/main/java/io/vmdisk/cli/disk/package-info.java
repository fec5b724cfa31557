/**
 * Commands on disks.
 */
@NullMarked
package io.vmdisk.cli.disk;

import org.jspecify.annotations.NullMarked;

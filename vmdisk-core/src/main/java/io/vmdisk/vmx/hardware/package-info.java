/**
 * Virtual hardware as data: which product introduced which hardware version, what a machine may have in each version,
 * and which devices exist since when. All of it is in one table, {@code hardware.tsv}, with a source on each row;
 * {@link io.vmdisk.vmx.hardware.HardwareCatalog} reads it on first use.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vmx.hardware;

import org.jspecify.annotations.NullMarked;

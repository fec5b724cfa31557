/**
 * Partition tables: MBR with its extended chains, and GPT with both its copies.
 */
@NullMarked
package io.vmdisk.guest.partition;

import org.jspecify.annotations.NullMarked;

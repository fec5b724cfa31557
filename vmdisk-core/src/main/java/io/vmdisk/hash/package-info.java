/**
 * Digests of what a guest sees, and the pieces in which many machines can share such work.
 *
 * <p>The <b>tree digest</b>, version 1, depends on the content alone: not on the format, the chain, the pieces or the
 * order of the work. The disk is cut into chunks of 1 MiB from its start; the last one may be shorter. The digest of a
 * chunk is the SHA-256 of its bytes. Chunks that are all zeros are left out; where the tables say so, they are not
 * read. The root is the SHA-256 of
 *
 * <pre>
 *   the 14 bytes "vmdisk-tree-1\n"
 *   u64 capacity of the disk in bytes, big-endian
 *   for each chunk that is not all zeros, ascending:
 *     u64 offset of the chunk in bytes, big-endian
 *     32 bytes, its digest
 * </pre>
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.hash;

import org.jspecify.annotations.NullMarked;

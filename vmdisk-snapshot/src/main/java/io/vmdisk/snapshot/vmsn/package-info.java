/**
 * Checkpoint files: {@code .vmsn} (a snapshot), {@code .vmss} (a suspended machine) and the {@code .vmem} beside them.
 *
 * <p>Little-endian throughout. A header, a table of groups, and per group a stream of tags; groups lie in any order.
 *
 * <pre>
 * header   0  u32  magic, see {@link io.vmdisk.snapshot.vmsn.CheckpointKind}
 *          4  u32  container version
 *          8  u32  number of groups
 * group    0  64   name, NUL padded        (table at byte 12, 80 bytes an entry)
 *         64  u64  offset of the first tag
 *         72  u64  size of the tags, terminator included
 * tag      0  u16  bits 0-5 size of the value, 6-7 number of indices, 8-15 length of the name; 0 ends the group
 *             …    name, then u32 per index, then the value; or, for sizes 63 (plain) and 62 (compressed), a block:
 *             u64  bytes stored, u64 bytes expanded (u32 each in the oldest files), u16 padding, padding, bytes
 * </pre>
 *
 * Sources: the VMware-written reader in the {@code crash} utility, the Volatility readers and observed files; see {@code
 * docs/formats/vmsn.md}. Reading order: {@code CheckpointKind}, {@code CheckpointHeader}, {@code TagCursor}, {@code
 * Checkpoint}, {@code GuestMemory}, {@code CheckpointWriter}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.snapshot.vmsn;

import org.jspecify.annotations.NullMarked;

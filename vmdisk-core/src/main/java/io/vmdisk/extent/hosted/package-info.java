/**
 * Hosted sparse ({@code monolithicSparse}, {@code twoGbMaxExtentSparse}) and stream-optimised extents: one header, two
 * layouts. Integers are little-endian, offsets count 512-byte sectors from the start of the file.
 *
 * <pre>
 * sector 0   header ({@link io.vmdisk.extent.hosted.HostedHeader})
 * 1..20      embedded descriptor, zero padded (absent in the parts of a split disk)
 *            redundant grain directory, its tables
 *            grain directory, its tables (512 entries of 4 bytes each)
 * overHead   grains, a grain-aligned place each
 * </pre>
 *
 * <p>A stream-optimised file holds deflated grains, each behind a marker; its tables may come last, found through a
 * footer. Source of the facts: VMware's technical note "Virtual Disk Format 5.0"; see docs/formats/hosted-sparse.md and
 * docs/formats/stream-optimized.md for where readers and writers differ.
 */
@NullMarked
package io.vmdisk.extent.hosted;

import org.jspecify.annotations.NullMarked;

/**
 * VMFSsparse or COWD ({@code -delta.vmdk}): the deltas of VMFS3 and VMFS5. All numbers are 32 bits, unsigned,
 * little-endian; a sector has 512 bytes, a grain usually one sector, a grain table 4096 entries in 32 sectors and so
 * covers 2 MiB.
 *
 * <pre>
 * sector     what                size in sectors
 * 0          header              4        COWD, version 1, capacity, grain size, directory, first free sector,
 *                                         "not closed in order"
 * 4          grain directory     entries / 128, rounded up; an entry is the sector of a table, 0 = none
 * then       grain tables        32 each; an entry is the sector of a grain, 0 = the parent has it
 * and        grains              mixed with the tables, in the order in which they were first written
 * </pre>
 *
 * <p>There is no entry for "reads as zero": zeros over a parent's data are stored. Read in this order: {@code
 * CowdHeader}, {@code CowdLayout}; {@code docs/formats/cowd.md} says more.
 */
@NullMarked
package io.vmdisk.extent.cowd;

import org.jspecify.annotations.NullMarked;

/**
 * SEsparse ({@code -sesparse.vmdk}): the deltas of VMFS6 and of disks past 2 TB. All numbers are 64 bits, little-endian;
 * a sector has 512 bytes, a grain 8 sectors, a grain table 64 sectors of 4096 entries and so covers 16 MiB.
 *
 * <pre>
 * sector        what                 size in sectors (S capacity, G grains, T tables; R rounds up to 2048, at least 2048)
 * 0             constant header      1           CAFEBABE, version 2.1, capacity, the regions' places
 * 1             volatile header      1           CAFECAFE, first free table, next transaction, "replay the journal"
 * 2             journal header       2           DEAFC0DE
 * 2048          journal              2048        redo records of 25 sectors each; empty in our files
 * 4096          grain directory      R(T / 64)   1|table index
 *               grain tables         R(64 T)     kind|index: 0 parent, 1 unmapped, 2 zero, 3 data
 *               free bitmap          R(T)        a bit for each stored grain, set = in use (sic)
 *               back map             R(G / 64)   1|slot|table for each stored grain
 *               grains               S           stored grains in any order
 * </pre>
 *
 * <p>Read in this order: {@code SeSparseHeader}, {@code SeSparseLayout}, {@code SeSparseEntry}. No free description of
 * the format exists; {@code docs/formats/sesparse.md} says what is proven, by what, and what is not.
 */
@NullMarked
package io.vmdisk.extent.sesparse;

import org.jspecify.annotations.NullMarked;

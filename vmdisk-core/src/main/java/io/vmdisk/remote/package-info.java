/**
 * Files in other places than a folder, read-only: objects of web servers and of S3, members of archives.
 *
 * <p>A {@link io.vmdisk.remote.RangeStore} is all that a place needs to offer: what an object is, bytes at a position,
 * and a listing if it has one. {@link io.vmdisk.remote.StoreFileSystem} makes a file system of it. Its paths work
 * everywhere in the library, so that extents, parents and snapshots are found beside a disk as in a folder.
 *
 * <pre>{@code
 * Path disk = StoreAddress.parse("https://host/web01/web01.vmdk").path();
 * try (VirtualDisk open = VirtualDisk.open(disk)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Reading order: {@code StoreAddress} (from text to a place), {@code RangeStore} (the interface of a place), {@code
 * StoreFileSystem} and {@code StorePath} (names), {@code RangeCache} (which ranges are fetched), {@code HttpRanges}
 * (how), {@code HttpStore}, {@code S3Store}, {@code TarStore} (the places).
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.remote;

import org.jspecify.annotations.NullMarked;

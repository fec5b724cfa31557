/**
 * Stream-optimised extents from end to end: written without a step back ({@link
 * io.vmdisk.extent.hosted.stream.StreamWriter}) and read from a source that cannot seek ({@link
 * io.vmdisk.extent.hosted.stream.StreamReader}). One that lies in a file is opened by the room above, which knows its
 * header, markers and grains.
 */
@NullMarked
package io.vmdisk.extent.hosted.stream;

import org.jspecify.annotations.NullMarked;

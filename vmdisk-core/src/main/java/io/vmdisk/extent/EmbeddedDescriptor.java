package io.vmdisk.extent;

/**
 * A descriptor inside a sparse file.
 *
 * @param offset the byte of the file at which its area begins
 * @param area the area's bytes, of which the text fills the first; cut where the reader set a limit
 * @param capacityBytes of the extent that the file holds itself; 0 if it only carries the descriptor of others
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to the parser once; never compared.
public record EmbeddedDescriptor(long offset, byte[] area, long capacityBytes) {}

package io.vmdisk.compress;

/**
 * Packs one grain at a time into a zlib stream (RFC 1950) of its own.
 *
 * <p>Whatever the implementation, stock zlib inflates the result. The compressed bytes themselves may differ from one
 * machine to the next, so nothing may depend on them. Holds native memory and is reset, not re-created, between grains:
 * make one per thread and close it. Not safe for two threads at once; closing twice is harmless.
 */
public interface GrainDeflater extends AutoCloseable {
    /**
     * Writes the zlib stream of {@code src[off, off + len)} to {@code dst} from {@code dstOff} on.
     *
     * @param dst with room for {@link Compression#boundBytes} of {@code len} bytes behind {@code dstOff}
     * @return how many bytes were written
     * @throws IllegalStateException if it was closed
     */
    int deflate(byte[] src, int off, int len, byte[] dst, int dstOff);

    @Override
    void close();
}

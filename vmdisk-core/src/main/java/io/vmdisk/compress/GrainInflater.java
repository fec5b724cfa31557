package io.vmdisk.compress;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/**
 * Unpacks one grain at a time.
 *
 * <p>The input is hostile: output never passes the caller's bound, a stream that wants more is refused, as is one that
 * ends early, fails its checksum or asks for a preset dictionary. After a refusal the output range holds anything, and
 * the inflater is good for the next grain. Bytes behind the stream's end are left alone; {@link #consumedBytes} tells
 * where it ended. Every stream that stock zlib reads is read, to the same bytes. Holds native memory and is reset, not
 * re-created, between grains: make one per thread and close it. Not safe for two threads at once; closing twice is
 * harmless.
 */
public interface GrainInflater extends AutoCloseable {
    /**
     * Inflates the zlib stream (RFC 1950) at the start of what remains in {@code src}. No position or limit changes.
     *
     * <p>Of direct buffers no byte is copied.
     *
     * @param dst what remains in it bounds the output; a stream that holds more is refused
     * @return how many bytes were written to {@code dst} from its position on
     * @throws DataFormatException with a text fit for users if the stream is refused
     * @throws IllegalStateException if it was closed
     */
    int inflate(ByteBuffer src, ByteBuffer dst) throws DataFormatException;

    /**
     * The same for a bare deflate stream (RFC 1951), which some writers leave where a zlib stream belongs. It carries no
     * checksum: try it only after {@link #inflate} has refused, and say so to the user.
     */
    int inflateRaw(ByteBuffer src, ByteBuffer dst) throws DataFormatException;

    /**
     * Inflates {@code src[off, off + len)}.
     *
     * @param maxOut bytes; a stream that holds more is refused
     * @return how many bytes were written to {@code dst} from {@code dstOff} on
     */
    default int inflate(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut) throws DataFormatException {
        return inflate(ByteBuffer.wrap(src, off, len), ByteBuffer.wrap(dst, dstOff, maxOut));
    }

    /** The same for a bare deflate stream. */
    default int inflateRaw(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut)
            throws DataFormatException {
        return inflateRaw(ByteBuffer.wrap(src, off, len), ByteBuffer.wrap(dst, dstOff, maxOut));
    }

    /** How many bytes of the input the last stream took; meaningful only after a call that returned. */
    int consumedBytes();

    @Override
    void close();
}

package io.vmdisk.extent.hosted;

import io.vmdisk.compress.Compression;
import io.vmdisk.compress.GrainInflater;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/**
 * Inflates grains: zlib streams, and the bare deflate streams that some writers left in their place.
 *
 * <p>For one thread; holds native memory until it is closed. After a failure it is good for the next grain.
 */
public final class GrainUnpacker implements AutoCloseable {
    private static final int DEFLATE_METHOD = 8;

    private final GrainInflater inflater = Compression.inflater();
    private boolean bare;

    /**
     * Whether bytes begin like a zlib stream (RFC 1950): method 8 and a check sum of the two header bytes.
     *
     * @param length of the stream, which need not be here whole
     */
    public static boolean isZlib(byte[] bytes, int at, int length) {
        return length >= 2 && isZlib(bytes[at], bytes[at + 1]);
    }

    private static boolean isZlib(ByteBuffer stream) {
        return stream.remaining() >= 2 && isZlib(stream.get(stream.position()), stream.get(stream.position() + 1));
    }

    private static boolean isZlib(byte first, byte second) {
        int cmf = Byte.toUnsignedInt(first);
        int flags = Byte.toUnsignedInt(second);
        return (cmf & 0xF) == DEFLATE_METHOD && (cmf * 256 + flags) % 31 == 0;
    }

    /**
     * Inflates a grain.
     *
     * @param target with room for {@code maxBytes}; a grain that holds more is refused
     * @return how many bytes it holds
     * @throws DataFormatException with a text fit for users
     */
    public int unpack(PackedGrain grain, byte[] target, int maxBytes) throws DataFormatException {
        return unpack(ByteBuffer.wrap(grain.bytes(), 0, grain.length()), ByteBuffer.wrap(target, 0, maxBytes));
    }

    /** Inflates what remains in {@code packed} into what remains in {@code target}; no position changes. */
    int unpack(ByteBuffer packed, ByteBuffer target) throws DataFormatException {
        bare = false;
        try {
            return inflater.inflate(packed, target);
        } catch (DataFormatException e) {
            if (isZlib(packed)) {
                throw e;
            }
            int count = inflater.inflateRaw(packed, target);
            bare = true;
            return count;
        }
    }

    /** Whether the last grain was a bare deflate stream, which has no checksum. */
    public boolean wasBare() {
        return bare;
    }

    /** Bytes behind the end of the deflate stream that the last grain's size counts. */
    public int surplusBytes(PackedGrain grain) {
        return grain.length() - inflater.consumedBytes();
    }

    @Override
    public void close() {
        inflater.close();
    }
}

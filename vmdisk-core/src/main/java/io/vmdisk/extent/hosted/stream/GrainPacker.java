package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Sector;
import io.vmdisk.compress.Compression;
import io.vmdisk.compress.GrainDeflater;
import io.vmdisk.compress.Noise;
import io.vmdisk.compress.StoredStream;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.hosted.StreamMarker;
import java.util.Arrays;
import java.util.Objects;

/**
 * Makes the blocks of a stream: head, deflated grain, zeros up to a whole sector.
 *
 * <p>For one thread; holds native memory until it is closed. {@link StreamWriter} puts the blocks in order.
 */
public final class GrainPacker implements AutoCloseable {
    private final GrainDeflater deflater;
    /** Deflate takes half as long for noise as for text, and all for nothing. */
    private final Noise noise = new Noise();

    /** A packer of compression level 1, fast, to 9, small. */
    public GrainPacker(int level) {
        deflater = Compression.deflater(level);
    }

    /** Room that a block may need while it is made. */
    public static int maxBlockBytes() {
        return roundUp(StreamMarker.GRAIN_HEAD_BYTES + Compression.boundBytes(StreamWriter.GRAIN_BYTES));
    }

    /**
     * Packs one grain.
     *
     * @param grain its number on the disk
     * @param plain has {@link StreamWriter#GRAIN_BYTES} bytes of it from {@code from} on
     * @param block with room for {@link #maxBlockBytes} behind {@code at}
     * @return bytes of the block, whole sectors
     */
    public int pack(long grain, byte[] plain, int from, byte[] block, int at) {
        Objects.checkFromIndexSize(at, maxBlockBytes(), block.length);
        int data = at + StreamMarker.GRAIN_HEAD_BYTES;
        int packed = noise.is(plain, from, StreamWriter.GRAIN_BYTES)
                ? StoredStream.write(plain, from, StreamWriter.GRAIN_BYTES, block, data)
                : deflater.deflate(plain, from, StreamWriter.GRAIN_BYTES, block, data);
        StreamMarker.putGrainHead(block, at, grain * StreamWriter.GRAIN_SECTORS, packed);
        int length = roundUp(StreamMarker.GRAIN_HEAD_BYTES + packed);
        Arrays.fill(block, data + packed, at + length, (byte) 0);
        return length;
    }

    private static int roundUp(int bytes) {
        return Sector.roundUp(bytes, HostedLayout.SECTOR);
    }

    @Override
    public void close() {
        deflater.close();
    }
}

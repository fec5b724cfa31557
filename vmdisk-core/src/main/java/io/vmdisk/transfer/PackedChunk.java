package io.vmdisk.transfer;

import io.vmdisk.Sector;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.hosted.stream.GrainPacker;
import io.vmdisk.extent.hosted.stream.StreamWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One chunk of a disk on its way into a stream: its grains read, packed and then appended. Used over and over. */
final class PackedChunk implements AutoCloseable {
    private static final int GRAIN = StreamWriter.GRAIN_BYTES;
    private static final int MAX_GRAINS = Chunk.BYTES / GRAIN;

    private final GrainPacker packer;
    private final byte[] plain = new byte[Chunk.BYTES];
    private final byte[] blocks = new byte[MAX_GRAINS * GrainPacker.maxBlockBytes()];
    private final long[] grains = new long[MAX_GRAINS];
    private final int[] ends = new int[MAX_GRAINS];
    private int count;
    private long end;

    PackedChunk(int level) {
        packer = new GrainPacker(level);
    }

    /** Reads and packs the grains of a range that begins with a grain; grains of zeros are left out. */
    void fill(VirtualDisk source, long start, int length) throws IOException {
        source.read(start, ByteBuffer.wrap(plain, 0, length));
        int whole = Sector.roundUp(length, GRAIN);
        java.util.Arrays.fill(plain, length, whole, (byte) 0);
        ByteBuffer scanned = ByteBuffer.wrap(plain).order(ByteOrder.nativeOrder());
        count = 0;
        int at = 0;
        for (int from = 0; from < whole; from += GRAIN) {
            if (!ZeroScan.isZero(scanned, from, from + GRAIN)) {
                long grain = start / GRAIN + from / GRAIN;
                at += packer.pack(grain, plain, from, blocks, at);
                grains[count] = grain;
                ends[count] = at;
                count++;
            }
        }
        end = start + length;
    }

    void appendTo(StreamWriter writer) throws IOException {
        int from = 0;
        for (int i = 0; i < count; i++) {
            writer.append(grains[i], ByteBuffer.wrap(blocks, from, ends[i] - from));
            from = ends[i];
        }
    }

    /** Bytes that its grains take when they are packed. */
    int packedBytes() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** The byte of the disk behind the chunk. */
    long end() {
        return end;
    }

    @Override
    public void close() {
        packer.close();
    }
}

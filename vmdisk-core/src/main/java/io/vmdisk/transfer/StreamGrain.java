package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.bulk.Turns;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.hosted.GrainUnpacker;
import io.vmdisk.extent.hosted.PackedGrain;
import io.vmdisk.extent.hosted.stream.StreamReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** A grain on its way from a stream to a disk, with all the room it needs. Used over and over. */
final class StreamGrain implements AutoCloseable {
    private final PackedGrain packed;
    private final int grainBytes;
    private final byte[] plain;
    private final GrainUnpacker unpacker = new GrainUnpacker();
    private @Nullable String problem;

    StreamGrain(StreamReader reader) {
        packed = reader.newGrain();
        grainBytes = reader.grainBytes();
        plain = new byte[grainBytes];
    }

    PackedGrain packed() {
        return packed;
    }

    /** Its first byte on the disk. */
    long start() {
        return packed.grain() * grainBytes;
    }

    long end() {
        return start() + grainBytes;
    }

    /** Inflates it, and writes it to places taken in its turn; a damaged one is not written, {@link #problem} says why. */
    void writeTo(VirtualDisk target, StreamCopy.Target kind, long capacity, Turns.Turn turn) throws IOException {
        problem = null;
        int valid = (int) Math.min(grainBytes, capacity - start());
        int got;
        try {
            got = unpacker.unpack(packed, plain, grainBytes);
        } catch (DataFormatException e) {
            problem = String.valueOf(e.getMessage());
            return;
        }
        if (got < valid) {
            problem = "it holds " + got + " bytes, the grain has " + valid;
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(plain, 0, valid).order(ByteOrder.nativeOrder());
        List<ByteRange> parts = kind != StreamCopy.Target.READS_AS_ZEROS
                ? List.of(new ByteRange(0, valid))
                : ThinWrite.data(bytes, HoleSize.STANDARD.granule(target));
        ThinWrite.write(target, start(), bytes, parts, turn);
    }

    /** What is wrong with the last one, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    boolean wasBare() {
        return unpacker.wasBare();
    }

    int surplusBytes() {
        return unpacker.surplusBytes(packed);
    }

    @Override
    public void close() {
        unpacker.close();
    }
}

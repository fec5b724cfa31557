package io.vmdisk.extent.hosted;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.GrainDecoder;
import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The deflated grains of a stream-optimised file: a head (virtual sector, size; the size alone without markers) and a
 * zlib stream.
 *
 * <p>On random access the table decides which grain it is; a head that names another sector is left to the checker.
 * A raw deflate stream, which some writers made, is read too. Memory is one packed grain for each thread at work.
 */
public final class StreamGrains implements GrainDecoder {
    /** Grains of compressed disks are 64 KiB; the limit bounds what a hostile header makes a reader allocate. */
    public static final long MAX_GRAIN_SECTORS = 2048;

    private static final int PLAIN_HEAD_BYTES = 4;

    private final BlockFile file;
    private final GrainGeometry geometry;
    private final int headBytes;
    private final int maxPackedBytes;
    private final ConcurrentLinkedQueue<Worker> idle = new ConcurrentLinkedQueue<>();

    StreamGrains(BlockFile file, HostedHeader header) {
        this.file = file;
        this.geometry = HostedLayout.geometry(header);
        this.headBytes = header.has(HostedFlags.MARKERS) ? StreamMarker.GRAIN_HEAD_BYTES : PLAIN_HEAD_BYTES;
        this.maxPackedBytes = maxPackedBytes(geometry.grainBytes());
    }

    /** What incompressible bytes may grow to, with the slack that other readers allow. */
    public static int maxPackedBytes(int grainBytes) {
        return 2 * grainBytes + HostedLayout.SECTOR;
    }

    @Override
    public int storedLength(long fileOffset) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(headBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(fileOffset, head);
        int packed = head.getInt(headBytes - Integer.BYTES);
        if (packed <= 0 || packed > maxPackedBytes) {
            throw new MalformedFileException(
                    "grain-size",
                    file.path(),
                    fileOffset,
                    "a compressed grain of " + Integer.toUnsignedString(packed) + " bytes, expected 1 to "
                            + maxPackedBytes,
                    Remedy.of(Kind.COPY_AGAIN).and("; ").with(Kind.CHECK_DATA).and(" lists every damaged grain"));
        }
        return headBytes + packed;
    }

    @Override
    public void inflate(long start, long fileOffset, int storedLength, ByteBuffer into) throws IOException {
        Worker worker = idle.poll();
        if (worker == null) {
            worker = new Worker(headBytes + maxPackedBytes);
        }
        try {
            ByteBuffer stored = worker.packed.clear().limit(storedLength);
            file.readFully(fileOffset, stored);
            int got = inflate(worker, stored.position(headBytes), fileOffset, into);
            int wanted = into.remaining();
            if (got < wanted) {
                throw damaged(
                        fileOffset, "it holds " + got + " bytes, the grain at byte " + start + " has " + wanted, null);
            }
            into.position(into.limit());
        } finally {
            idle.add(worker);
        }
    }

    /** The last grain may be stored whole although the disk ends inside it: what is past the limit is dropped. */
    private int inflate(Worker worker, ByteBuffer packed, long fileOffset, ByteBuffer into) throws IOException {
        boolean partial = into.remaining() < geometry.grainBytes();
        ByteBuffer target = partial ? ByteBuffer.allocate(geometry.grainBytes()) : into;
        int got;
        try {
            got = worker.unpacker.unpack(packed, target);
        } catch (DataFormatException e) {
            throw damaged(fileOffset, "it does not inflate: " + e.getMessage(), e);
        }
        if (partial) {
            int count = Math.min(got, into.remaining());
            into.put(into.position(), target, 0, count);
        }
        return got;
    }

    private MalformedFileException damaged(long fileOffset, String problem, @Nullable DataFormatException cause) {
        MalformedFileException e = new MalformedFileException(
                "grain-data",
                file.path(),
                fileOffset,
                "a compressed grain is damaged: " + problem,
                Remedy.of(Kind.COPY_AGAIN).and("; ").with(Kind.CHECK_DATA).and(" lists every damaged grain"));
        if (cause != null) {
            e.initCause(cause);
        }
        return e;
    }

    @Override
    public void close() {
        for (Worker worker = idle.poll(); worker != null; worker = idle.poll()) {
            worker.unpacker.close();
        }
    }

    private static final class Worker {
        private final GrainUnpacker unpacker = new GrainUnpacker();
        private final ByteBuffer packed;

        Worker(int capacity) {
            packed = ByteBuffer.allocateDirect(capacity);
        }
    }
}

package io.vmdisk.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers of one chunk, used over and over: as many as there are tasks at once. */
public final class BufferPool {
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    /** A pool of none yet. */
    public BufferPool() {}

    /** A buffer of a chunk, limited to {@code length} bytes. */
    public ByteBuffer take(int length) {
        ByteBuffer buffer = idle.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(Chunk.BYTES).order(ByteOrder.nativeOrder());
        }
        return buffer.clear().limit(length);
    }

    /** Gives one back, for others. */
    public void give(ByteBuffer buffer) {
        idle.add(buffer);
    }
}

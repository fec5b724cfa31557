package io.vmdisk.transfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers of one chunk, used over and over: as many as there are tasks at once. */
final class BufferPool {
    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    ByteBuffer take(int length) {
        ByteBuffer buffer = idle.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(Chunk.BYTES).order(ByteOrder.nativeOrder());
        }
        return buffer.clear().limit(length);
    }

    void give(ByteBuffer buffer) {
        idle.add(buffer);
    }
}

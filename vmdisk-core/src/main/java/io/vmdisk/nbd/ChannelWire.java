package io.vmdisk.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A connection over a socket's channel.
 *
 * <p>Never through {@code Channels.newInputStream} and its counterpart: on JDK 17 the two streams of one channel share a
 * lock, so that a reader who waits for the next request would keep the answer of the last one from being sent.
 */
final class ChannelWire extends Wire {
    private final SocketChannel channel;

    ChannelWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    int receive(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    boolean endInput() throws IOException {
        channel.shutdownInput();
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

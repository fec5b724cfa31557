package io.vmdisk.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that says whatever a test wants it to. */
final class RawClient implements Closeable {
    private final SocketChannel channel;

    RawClient(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** One that has said hello. */
    static RawClient greeted(Path socket) throws IOException {
        RawClient client = new RawClient(socket);
        client.read(18);
        client.send(ByteBuffer.allocate(4).putInt(3).flip());
        return client;
    }

    /** One that has chosen the default export. */
    static RawClient reading(Path socket) throws IOException {
        RawClient client = greeted(socket);
        client.option(1, new byte[0]);
        client.read(10);
        return client;
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads all of so many bytes. */
    ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("closed after " + bytes.position() + " of " + count + " bytes");
            }
        }
        return bytes.flip();
    }

    /** Whether the server closes, whatever it says before. */
    boolean isLeft() throws IOException {
        ByteBuffer waste = ByteBuffer.allocate(1 << 16);
        try {
            while (channel.read(waste.clear()) >= 0) {
                // What it says does not matter.
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
        return true;
    }

    void option(int code, byte[] data) throws IOException {
        send(option(code, data.length, data));
    }

    static ByteBuffer option(int code, int length, byte[] data) {
        return ByteBuffer.allocate(16 + data.length)
                .putLong(Protocol.IHAVEOPT)
                .putInt(code)
                .putInt(length)
                .put(data)
                .flip();
    }

    /** The type of the next reply to an option; its data is dropped. */
    int replyType() throws IOException {
        ByteBuffer header = read(20);
        read(header.getInt(16));
        return header.getInt(12);
    }

    /** The data of GO and INFO for an export. */
    static byte[] go(String export) {
        byte[] name = export.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(6 + name.length)
                .putInt(name.length)
                .put(name)
                .putShort((short) 0)
                .array();
    }

    void request(int flags, int command, long cookie, long offset, int length) throws IOException {
        send(ByteBuffer.allocate(28)
                .putInt(Protocol.REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length)
                .flip());
    }

    /** The errno of the next simple reply, which is that of a cookie. */
    int errno(long cookie) throws IOException {
        ByteBuffer header = read(16);
        if (header.getInt() != Protocol.SIMPLE_REPLY_MAGIC || header.getLong(8) != cookie) {
            throw new IOException("not the reply to " + cookie);
        }
        return header.getInt(4);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

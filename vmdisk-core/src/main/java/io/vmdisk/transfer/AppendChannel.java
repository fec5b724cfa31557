package io.vmdisk.transfer;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A file as a channel that only ever writes on; for one thread. Closing it closes the file. */
final class AppendChannel implements WritableByteChannel {
    private final BlockFile file;
    private long position;
    private boolean open = true;

    AppendChannel(BlockFile file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = from.remaining();
        file.writeFully(position, from);
        position += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        file.close();
    }
}

package io.vmdisk.remote;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * An object in the making, written from front to back. It has its name once it is published, and not before; closed
 * without that it leaves nothing. For one thread.
 *
 * @since 0.1
 */
public interface NewObject extends Closeable {
    /** Where its bytes go. */
    WritableByteChannel content();

    /**
     * Gives it its name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is an object of that name by now
     */
    void publish() throws IOException;
}

package io.vmdisk.remote;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * A new object of a store, written from front to back. It gets its name when it is published; if it is closed before,
 * nothing of it remains. For one thread.
 *
 * @since 0.1
 */
public interface NewObject extends Closeable {
    /** {@return where its bytes are written; the same channel each time} */
    WritableByteChannel content();

    /**
     * Gives the object its name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if an object of that name exists by now
     * @throws IOException if the store refuses
     */
    void publish() throws IOException;
}

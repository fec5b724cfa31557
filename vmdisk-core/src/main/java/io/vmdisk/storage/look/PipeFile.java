package io.vmdisk.storage.look;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that can only be read from front to back, once: FIFOs, sockets, terminals, the pipes behind {@code /dev/stdin}.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class PipeFile {
    /** The kind of a file in its Unix mode, and those that a position can't be set in. */
    private static final int KIND = 0170000;

    private static final int FIFO = 0010000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTERS = 0020000;

    private PipeFile() {}

    /** Whether a name leads to one; false where the platform knows no such files, and where there is nothing. */
    public static boolean is(Path path) {
        try {
            Object mode = Files.getAttribute(path, "unix:mode");
            int kind = mode instanceof Integer bits ? bits & KIND : 0;
            return kind == FIFO || kind == SOCKET || kind == CHARACTERS;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Opens one; waits for a writer. */
    public static InputStream open(Path path) throws IOException {
        return Files.newInputStream(path);
    }
}

package io.vmdisk.storage.look;

import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/**
 * What can be passed over among the files of a folder: what is not there any more, a link that leads nowhere or round in a
 * circle, what may not be read, what is not what its name says. A drive that fails is another matter: what it holds might
 * have changed the answer, so nobody may go on without it.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class Inaccessible {
    private Inaccessible() {}

    /** Throws a failure again that must not be passed over. */
    public static void orThrow(IOException failure) throws IOException {
        boolean harmless = failure instanceof VmdiskException
                || failure instanceof NoSuchFileException
                || failure instanceof AccessDeniedException
                || failure instanceof FileSystemLoopException
                || isCircle(failure);
        if (!harmless) {
            throw failure;
        }
    }

    /** Java has no class of its own for a name whose links lead round in a circle, only the system's words. */
    private static boolean isCircle(IOException failure) {
        String words = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return words != null && words.contains("symbolic links");
    }
}

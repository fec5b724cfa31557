package io.vmdisk.plan.step;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What recovery asks of the files that a journal would change, before it touches any. Each kind of step and preparation
 * names its own; a file that does not exist meets all terms. The methods throw {@link io.vmdisk.UnsafeStateException} if a
 * file is not what the operation found or made.
 *
 * <p>For one thread.
 */
public interface RecoveryTerms {
    /** Whether there is something under a name, be it a link that leads nowhere. */
    boolean isThere(Path path) throws IOException;

    /** It lies where something may be changed, and is a regular file. */
    void file(Path path) throws IOException;

    /** It is a folder. */
    void folder(Path path) throws IOException;

    /** It has at most so many bytes: a crash may have cut what an operation made, nothing makes it longer. */
    void atMost(Path path, long bytes) throws IOException;

    /** It is as it was when the operation began, unless an earlier step changed it. */
    void known(Path path) throws IOException;

    /** The file that a new text for {@code target} replaces: where a link is, the file that it leads to. */
    Path replaced(Path target) throws IOException;

    /** Whether a new text for {@code target} waits; it must be the one that the plan wrote. */
    boolean isStaged(Path target) throws IOException;
}

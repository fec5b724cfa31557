package io.vmdisk;

import java.io.IOException;
import java.util.List;

/**
 * An operation on a disk or a machine that has been planned and has not begun. Read what it would do, then run it or
 * drop it. Planning has already refused all that speaks against it.
 *
 * <p>For one thread. It fits the files as they were when it was planned: {@link #run} refuses if they have changed
 * since.
 *
 * @since 0.1
 */
public interface Operation {
    /** {@return one line for each thing that will be done, in order; empty if there is nothing to do} */
    List<String> steps();

    /** {@return what people should know before they agree, a sentence each; may be empty} */
    List<String> notes();

    /** {@return whether there is nothing to do} */
    default boolean isEmpty() {
        return steps().isEmpty();
    }

    /**
     * Refuses what {@link #run} would refuse, and changes nothing.
     *
     * @throws OutOfSpaceException if a file store has too little room
     * @throws UnsafeStateException if something else uses the files, an operation in their folder was interrupted, or a
     *     file that would be made exists
     * @throws IOException if the folder or its file store can't be read
     */
    void rehearse() throws IOException;

    /**
     * Runs it without reporting progress.
     *
     * @throws IOException as {@link #run(Progress)}
     */
    default void run() throws IOException {
        run(Progress.NONE);
    }

    /**
     * Runs it. If an operation on a machine fails or is cancelled after its commit point, or the process ends, a
     * journal stays in the machine's folder. Until the operation is recovered, everything else is refused there.
     *
     * @param progress follows the work and may cancel it
     * @throws UnsafeStateException if something else uses the files, or they have changed since they were planned for
     * @throws OutOfSpaceException if a file store has too little room
     * @throws OperationCancelledException if {@code progress} said so
     * @throws IOException if a file can't be read or written
     */
    void run(Progress progress) throws IOException;
}

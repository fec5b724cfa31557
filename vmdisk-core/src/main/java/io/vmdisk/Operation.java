package io.vmdisk;

import java.io.IOException;
import java.util.List;

/**
 * An operation on a disk or a machine that is planned and has not begun: one can read what it would do, and then run it or
 * not. Whatever speaks against it was refused when it was planned.
 *
 * <p>For one thread. It is good for the files as they were when it was planned: {@link #run} refuses if they changed since.
 *
 * @since 0.1
 */
public interface Operation {
    /** One line for each thing that will be done, in order. */
    List<String> steps();

    /** What people should know before they agree. */
    List<String> notes();

    /** Whether there is nothing to do. */
    default boolean isEmpty() {
        return steps().isEmpty();
    }

    /**
     * Refuses what {@link #run} would refuse, and changes nothing.
     *
     * @throws OutOfSpaceException if a file store has too little room
     * @throws UnsafeStateException if something else uses the files
     */
    void rehearse() throws IOException;

    /** Runs it without reporting progress; see {@link #run(Progress)}. */
    default void run() throws IOException {
        run(Progress.NONE);
    }

    /**
     * Runs it. If an operation on a machine fails or is cancelled behind its commit point, or the process ends, a journal
     * stays in the machine's folder: until the operation is recovered everything else is refused there.
     *
     * @throws UnsafeStateException if something else uses the files, or they changed since they were looked at
     * @throws OperationCancelledException if {@code progress} said so
     */
    void run(Progress progress) throws IOException;
}

package io.vmdisk;

import java.io.IOException;

/**
 * Takes runs in ascending order, one record each; see {@link RunSink#of}. One thread calls it.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RunVisitor {
    /**
     * Takes a run.
     *
     * @param run the next run
     * @return false to end the walk
     * @throws IOException to end the walk with an exception, which the caller gets
     */
    boolean visit(Run run) throws IOException;
}

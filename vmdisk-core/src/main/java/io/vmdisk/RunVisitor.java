package io.vmdisk;

import java.io.IOException;

/**
 * Takes runs in ascending order, one record each; see {@link RunSink#of}. Called by one thread.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RunVisitor {
    /**
     * Takes a run.
     *
     * @return false to end the walk
     */
    boolean visit(Run run) throws IOException;
}

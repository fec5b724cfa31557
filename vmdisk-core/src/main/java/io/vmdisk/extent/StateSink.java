package io.vmdisk.extent;

import java.io.IOException;

/** Receives stretches of grains that share a state; for data the state is the file offset of the first one. */
@FunctionalInterface
public interface StateSink {
    /** {@code length} bytes from {@code start} on; joined data lies in a row in the file. */
    void run(long start, long length, long state) throws IOException;
}

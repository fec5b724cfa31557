package io.vmdisk.guest;

import java.io.IOException;

/** Receives the free stretches of a file system, ascending and joined, without an object for each. */
@FunctionalInterface
public interface FreeSink {
    /**
     * A stretch that the file system does not use.
     *
     * @param start its first byte on the disk
     * @param length how many bytes
     */
    void free(long start, long length) throws IOException;
}

package io.vmdisk.guest;

import java.io.IOException;

/** The free space of one file system that was found consistent. */
@FunctionalInterface
public interface FreeSpace {
    /**
     * Names every free stretch, in bytes of the disk, ascending and joined.
     *
     * <p>Reads the allocation metadata again and checks it again, in bounded memory; may be called any number of times.
     */
    void walk(FreeSink sink) throws IOException;
}

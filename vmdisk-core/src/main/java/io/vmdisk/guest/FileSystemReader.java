package io.vmdisk.guest;

import java.io.IOException;

/** One opened file system: state and features were checked, allocation metadata is checked by every walk. */
public interface FileSystemReader {
    FileSystemFacts facts();

    /**
     * Names every free stretch.
     *
     * @return how many bytes were named
     * @throws io.vmdisk.VmdiskException if the allocation metadata is not consistent; what was named before then is not
     *     to be trusted, which is why a scan walks once into nothing first
     */
    long walk(FreeSink sink) throws IOException;
}

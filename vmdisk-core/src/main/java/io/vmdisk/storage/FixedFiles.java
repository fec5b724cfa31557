package io.vmdisk.storage;

import io.vmdisk.UnsupportedFeatureException;
import java.nio.file.Path;

/**
 * A file system of this library through which nothing is changed. A file stays what it was at the first look: what a
 * later version of it holds is never read. So nobody needs to be kept out of its files. It has no links.
 *
 * <p>Threads may share its providers, as they may share every file system.
 *
 * @since 0.1
 */
public interface FixedFiles {
    /**
     * {@return the exception for an attempt to change something here; the caller throws it}
     *
     * @param path that was to be changed
     */
    UnsupportedFeatureException refusal(Path path);
}

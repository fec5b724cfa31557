package io.vmdisk.storage;

import io.vmdisk.UnsupportedFeatureException;
import java.nio.file.Path;

/**
 * A file system of ours that nothing is changed through, and where a file stays what it was at the first look: what another
 * version of it holds is never read. So nobody needs to be kept out of its files. It has no links.
 *
 * <p>Threads may share its providers, as they may share every file system.
 *
 * @since 0.1
 */
public interface FixedFiles {
    /** What to say to somebody who would change something at a path of it. */
    UnsupportedFeatureException refusal(Path path);
}

package io.vmdisk.plan.step;

import io.vmdisk.Progress;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a preparation has to work with; the executor gives it. For one thread.
 *
 * @since 0.1
 */
public interface PreparationWork {
    /** Where the files are. */
    Volume volume();

    /** Is told of the work, and may stop it. */
    Progress progress();

    /** The file whose rights new texts get. */
    Optional<Path> model();

    /**
     * What a new disk is made in: its files let nobody in who is kept out of those of another disk.
     *
     * @param disk that other disk; null if there is none
     */
    Volume like(@Nullable Path disk) throws IOException;
}

package io.vmdisk.plan.step;

import io.vmdisk.Progress;
import io.vmdisk.storage.Volume;
import java.io.IOException;

/**
 * What a step has to work with; the executor gives it. For one thread.
 *
 * @since 0.1
 */
public interface StepWork {
    /** Where the files are. */
    Volume volume();

    /** Is told of the work, and may stop it. */
    Progress progress();

    /** How far the step came before it was interrupted, in bytes of its disk; 0 for the beginning. */
    long reached();

    /** Notes durably in the journal how far the step has come, in bytes of its disk. */
    void reached(long position) throws IOException;
}

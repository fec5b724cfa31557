package io.vmdisk.repair;

import io.vmdisk.Progress;
import java.io.IOException;
import java.util.List;

/** A repair that was planned and is not begun: what it would do can be read, and then it is done or not. */
public interface Repair {
    /** One line for each thing that will be done, in order; empty if nothing needs repair. */
    List<String> describe();

    /** What people should know before they agree. */
    List<String> notes();

    /** Does it. What is overwritten is kept beside it first, under the name that {@link #describe} tells. */
    void execute(Progress progress) throws IOException;

    /** Several repairs, one after the other; each is whole by itself. */
    static Repair inOrder(List<Repair> repairs) {
        return new RepairSequence(repairs);
    }

    /** Whether there is nothing to repair. */
    default boolean isEmpty() {
        return describe().isEmpty();
    }
}

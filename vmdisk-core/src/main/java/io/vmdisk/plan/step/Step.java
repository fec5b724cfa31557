package io.vmdisk.plan.step;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A change that a plan makes after its commit point. Each can be made again with the same result, so that recovery may
 * start with the one that was interrupted.
 *
 * <p>A file for each kind says what it is, does it, and writes it into the journal and reads it back; {@link JournalKinds}
 * has a line for each. All are immutable values.
 *
 * @since 0.1
 */
public sealed interface Step permits Publish, EditDescriptor, GrowDisk, ShrinkDisk, FoldLinks, MoveFile, DeleteFile {
    /** One line for people. */
    default String describe() {
        return describe(StepNames.SHORT);
    }

    /** One line for people, with files called as {@code names} calls them. */
    String describe(StepNames names);

    /** Bytes copied. */
    default long bytes() {
        return 0;
    }

    /** Bytes that files may grow by. */
    default Map<Path, Long> spaceNeeded() {
        return Map.of();
    }

    /** All files that it changes, makes or takes away. */
    List<Path> changed();

    /** The files that {@link #describe} names. */
    default List<Path> told() {
        return changed();
    }

    /** The files that it removes, renames or replaces. */
    default List<Path> removedOrReplaced() {
        return List.of();
    }

    /**
     * Does it, durably; makes no difference if it was done before.
     *
     * @throws IOException if it is not done, or not for certain; it can be done again
     */
    void run(StepWork work) throws IOException;

    /** Writes what it is into a journal, its kind first. */
    void write(JournalPart into) throws IOException;
}

package io.vmdisk.plan.step;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * The file that a path of {@link #removedOrReplaced} stands for: of a link the link itself, unless a kind replaces what
     * it leads to.
     */
    default Path actual(Path named, Volume volume) throws IOException {
        return named;
    }

    /** Whether files that it changes may have another size afterwards, or be copied into others. */
    boolean changesContent();

    /** The file whose text is written anew, and which must keep its owner, group and mode; empty for any other step. */
    Optional<Path> rightsModel();

    /** Names the files that must be held while it runs. */
    void lock(LockList locks) throws IOException;

    /**
     * Names what recovery asks of its files before it runs.
     *
     * @throws io.vmdisk.UnsafeStateException if one of them is not what the operation found or made
     */
    void verify(RecoveryTerms terms) throws IOException;

    /**
     * Does it, durably; makes no difference if it was done before.
     *
     * @throws IOException if it is not done, or not for certain; it can be done again
     */
    void run(StepWork work) throws IOException;

    /** Writes what it is into a journal, its kind first. */
    void write(JournalPart into) throws IOException;
}

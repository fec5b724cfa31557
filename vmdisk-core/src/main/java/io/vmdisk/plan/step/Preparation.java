package io.vmdisk.plan.step;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something new that a plan makes before its commit point. Undone by removing what it made; names are those of its
 * {@link #target}.
 *
 * <p>A file for each kind says what it is, makes and unmakes it, and writes it into the journal and reads it back; {@link
 * JournalKinds} has a line for each. All are immutable values.
 *
 * @since 0.1
 */
public sealed interface Preparation permits MakeFolder, StageText, CreateDisk, CopyFile, CopyDisk {
    /** The new file, or the descriptor of the new disk. */
    Path target();

    /** Bytes written. */
    long bytes();

    /** The most bytes that its file store may have to give. */
    default long room() {
        return bytes();
    }

    /** One line for people. */
    default String describe() {
        return describe(StepNames.SHORT);
    }

    /** One line for people, with files called as {@code names} calls them. */
    String describe(StepNames names);

    /** The files that {@link #describe} names. */
    default List<Path> told() {
        return List.of(target());
    }

    /** The names that must be free, since what it makes gets them. */
    default List<Path> names() throws IOException {
        return List.of(target());
    }

    /** Bytes of text that the journal keeps for it. */
    long textBytes();

    /** The file whose owner, group and mode what it makes must get; empty if nobody asks. */
    Optional<Path> rightsModel();

    /** Names the files that must be held while it is made. */
    void lock(LockList locks) throws IOException;

    /**
     * Names what recovery asks of its files before it is undone.
     *
     * @throws io.vmdisk.UnsafeStateException if one of them is not what the operation made
     */
    void verify(RecoveryTerms terms) throws IOException;

    /** Makes it, durably. */
    void make(PreparationWork work) throws IOException;

    /** Removes what {@link #make} made, as far as it came. */
    void unmake(Volume volume) throws IOException;

    /** Writes what it is into a journal, target and kind first. */
    void write(JournalPart into) throws IOException;
}

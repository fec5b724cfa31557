package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A repair that was planned and is not begun: what it would do can be read, and then it is done or not.
 *
 * <p>For one thread.
 */
public interface Repair {
    /** One line for each thing that will be done, in order; empty if nothing needs repair. */
    List<String> describe();

    /** What people should know before they agree. */
    List<String> notes();

    /**
     * Does it. What is overwritten is kept beside it first, under the name that {@link #describe} tells.
     *
     * @throws UnsafeStateException {@code changed} if a file is gone that was there when it was planned, or is another
     */
    default void execute(Progress progress) throws IOException {
        try {
            perform(progress);
        } catch (NoSuchFileException e) {
            throw gone(Path.of(String.valueOf(e.getFile())));
        }
    }

    /** Does it, for {@link #execute}. */
    void perform(Progress progress) throws IOException;

    /** What to say of a file that was there when it was looked at, and is not when it is needed. */
    static UnsafeStateException gone(Path file) {
        return new UnsafeStateException(
                "changed", file, "it was there and is gone: somebody moved it meanwhile", "look where it is now");
    }

    /** The plan that it carries out; empty if it works on a file without one. */
    default Optional<Plan> plan() {
        return Optional.empty();
    }

    /**
     * Refuses what would be refused when it is done, as far as plans can tell, and changes nothing.
     *
     * @throws io.vmdisk.OutOfSpaceException if a file store has too little room
     */
    default void rehearse(Volume volume) throws IOException {
        PlanExecutor executor = new PlanExecutor(volume, Progress.NONE);
        for (Repair part : parts()) {
            if (part.plan().isPresent()) {
                executor.rehearse(part.plan().get());
            }
        }
    }

    /** The disks that it changes where it has no {@link #plan}; empty only if {@link #describe} is. */
    default List<Path> changes() {
        return List.of();
    }

    /** The parts of files that it replaces and keeps, for the note from which it can be undone. */
    default List<KeptPart> keeps() {
        return List.of();
    }

    /** The repairs that it does one after the other: itself, if it is one. */
    default List<Repair> parts() {
        return List.of(this);
    }

    /** Several repairs, one after the other; each is whole by itself. */
    static Repair inOrder(List<Repair> repairs) {
        return new RepairSequence(repairs);
    }

    /** Whether there is nothing to repair. */
    default boolean isEmpty() {
        return describe().isEmpty();
    }
}

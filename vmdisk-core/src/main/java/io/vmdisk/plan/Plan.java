package io.vmdisk.plan;

import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import io.vmdisk.plan.step.StepNames;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an operation is going to do, in order; nothing has been touched yet.
 *
 * @param operation in words: {@code delete snapshot "patched" of web01}
 * @param folder where the journal and the lock lie: the machine's folder, or the disk's
 * @param preparations new files, made before the commit point and removed if it is not reached
 * @param steps changes, made after the commit point
 * @param notes what people should know before they agree
 * @since 0.1
 */
public record Plan(
        String operation, Path folder, List<Preparation> preparations, List<Step> steps, List<String> notes) {
    /** What one drive of a server of today copies in a second, read and written, forces included. */
    public static final long ASSUMED_BYTES_PER_SECOND = 200L << 20;

    /** What one force of a small file and its folder takes. */
    public static final long ASSUMED_STEP_MILLIS = 20;

    /** Copies the lists. */
    public Plan {
        preparations = List.copyOf(preparations);
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return preparations.isEmpty() && steps.isEmpty();
    }

    /** Bytes that are copied in all. */
    public long bytesToMove() {
        return preparations.stream().mapToLong(Preparation::bytes).sum()
                + steps.stream().mapToLong(Step::bytes).sum();
    }

    /**
     * About how long it will take, in seconds: what is copied at {@link #ASSUMED_BYTES_PER_SECOND}, and {@link
     * #ASSUMED_STEP_MILLIS} for each file that is made, changed or removed and forced; 0 only if there is nothing to do.
     */
    public long estimatedSeconds() {
        long parts = (long) preparations.size() + steps.size();
        // Doubles, since hostile sizes may not fit into a long of milliseconds.
        double seconds = (double) bytesToMove() / ASSUMED_BYTES_PER_SECOND + parts * ASSUMED_STEP_MILLIS / 1000.0;
        return (long) Math.ceil(seconds);
    }

    /** The most bytes that each folder's store may have to give, before anything is removed. */
    public Map<Path, Long> spaceNeeded() {
        Map<Path, Long> needs = new LinkedHashMap<>();
        for (Preparation preparation : preparations) {
            needs.merge(folderOf(preparation.target()), preparation.room(), Long::sum);
        }
        for (Step step : steps) {
            step.spaceNeeded().forEach((path, bytes) -> needs.merge(folderOf(path), bytes, Long::sum));
        }
        return needs;
    }

    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent;
    }

    /** What its files are called, so that no two of them are called alike. */
    public StepNames names() {
        return StepNames.of(Stream.concat(
                        preparations.stream().flatMap(preparation -> preparation.told().stream()),
                        steps.stream().flatMap(step -> step.told().stream()))
                .map(file -> file.toAbsolutePath().normalize())
                .toList());
    }

    /** One line for each thing that will be done, in order. */
    public List<String> describe() {
        StepNames names = names();
        return Stream.concat(
                        preparations.stream().map(preparation -> preparation.describe(names)),
                        steps.stream().map(step -> step.describe(names)))
                .toList();
    }
}

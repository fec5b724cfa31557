package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the tests of a run tried, counted where it is done: the figures of {@code docs/trust.md}. Each JVM leaves its sums in
 * {@code target/tally} when it ends, a line each, and {@code .ci/trust} adds them up.
 */
public enum Tally {
    /** A damaged or hostile input that was opened, mapped, read, checked or written. */
    DAMAGED_INPUTS,
    /** An input that {@link FuzzSlice} kept or made. */
    FUZZED_INPUTS,
    /** An input that a property made up, hostile ones among them. */
    PROPERTY_INPUTS,
    /** A call of an operation to the file system that was made to fail. */
    FAILED_CALLS,
    /** A state that a crash could leave, from which the operation was recovered. */
    CRASH_STATES,
    /** A call of a real process that was made to fail, was cut short, or was its last. */
    HARMED_CALLS,
    /** Two real processes at work on one machine, the first stopped before one of its calls. */
    PROCESS_PAIRS,
    /** The power taken from a real file system before a call. */
    POWER_LOSSES,
    /** An operation of a random sequence on a machine or disk, each followed by a comparison of all states with a model. */
    MODEL_STEPS,
    /** A disk that other software made, read or written. */
    FOREIGN_DISKS,
    /** A run of another program that made a disk of ours, or judged one. */
    OTHER_PROGRAMS;

    private final LongAdder sum = new LongAdder();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Tally::leave, "tally"));
    }

    /** Counts one. */
    public void count() {
        sum.increment();
    }

    /** Counts some. */
    public void count(long some) {
        sum.add(some);
    }

    /** Its name in the files. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    long sum() {
        return sum.sum();
    }

    private static void leave() {
        StringBuilder lines = new StringBuilder();
        for (Tally tally : values()) {
            if (tally.sum() > 0) {
                lines.append(tally.word()).append(' ').append(tally.sum()).append('\n');
            }
        }
        Path target = Path.of("target");
        if (lines.length() == 0 || !Files.isDirectory(target)) {
            return;
        }
        try {
            Path folder = Files.createDirectories(target.resolve("tally"));
            Files.write(
                    folder.resolve(Long.toString(ProcessHandle.current().pid())),
                    lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // No test fails for want of a figure; the sums are then too low, never too high.
            System.err.println("no tally: " + e);
        }
    }
}

package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Does an operation again and again, each time with another of its calls failing: that one only, and that one with all
 * after it. A failure must be told as an {@link IOException}, and leave no file open and no lock held.
 */
public final class FailedCalls {
    private FailedCalls() {}

    /** What is done. */
    @FunctionalInterface
    public interface Work {
        /** Does it with the files of a volume. */
        void on(Volume files) throws IOException;
    }

    /** Judges what one failure left. */
    @FunctionalInterface
    public interface Judge {
        /** Fails the test if it is wrong. */
        void of(Left left) throws IOException;
    }

    /** Whether the operation told that it failed; it may do without a call. */
    public enum End {
        /** It returned. */
        DONE,
        /** It threw. */
        FAILED
    }

    /**
     * What one failure left.
     *
     * @param files the judge's own
     * @param end how the operation ended
     * @param call which call failed, for messages
     */
    public record Left(MemoryVolume files, End end, String call) {}

    private enum Fault {
        ONCE,
        FROM
    }

    /**
     * Lets every call fail.
     *
     * @param before what the operation finds, each time anew
     * @return how many failures there were
     */
    public static int each(MemoryVolume before, Work work, Judge judge) throws IOException {
        return each(before, work, judge, Fault.ONCE) + each(before, work, judge, Fault.FROM);
    }

    /**
     * Lets every call fail, and judges where a file or a name changed: what is as before needs no costly look.
     *
     * @param before what the operation finds, each time anew
     * @return how many of the failures came after a change
     */
    public static int eachThatChanges(MemoryVolume before, Work work, Judge judge) throws IOException {
        int[] changes = {0};
        each(before, work, left -> {
            if (left.end() == End.DONE || !isSame(before, left.files())) {
                changes[0]++;
                judge.of(left);
            }
        });
        return changes[0];
    }

    private static boolean isSame(MemoryVolume before, MemoryVolume after) throws IOException {
        List<Path> files = before.files();
        if (!files.equals(after.files()) || !before.folders().equals(after.folders())) {
            return false;
        }
        for (Path file : files) {
            if (!Arrays.equals(before.bytes(file), after.bytes(file))) {
                return false;
            }
        }
        return true;
    }

    private static int each(MemoryVolume before, Work work, Judge judge, Fault fault) throws IOException {
        for (int call = 1; ; call++) {
            MemoryVolume files = before.copy();
            FaultVolume faulty =
                    fault == Fault.ONCE ? FaultVolume.failOnce(files, call) : FaultVolume.failFrom(files, call);
            End end = End.DONE;
            try {
                work.on(faulty);
            } catch (IOException e) {
                end = End.FAILED;
            }
            String when = fault + " " + faulty.failed().orElse("none");
            assertThat(files.openFiles()).as(when).isEmpty();
            assertThat(files.locked()).as(when).isEmpty();
            judge.of(new Left(files, end, when));
            if (faulty.failed().isEmpty()) {
                assertThat(end).as("without a failure").isEqualTo(End.DONE);
                return call - 1;
            }
        }
    }
}

package io.vmdisk.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps runs as records, up to a limit. */
final class RunCollector implements RunSink {
    private final int limit;
    private final List<Run> runs = new ArrayList<>();

    RunCollector(int limit) {
        this.limit = limit;
    }

    List<Run> runs() {
        return Collections.unmodifiableList(runs);
    }

    private void add(Run run) throws LimitExceededException {
        if (runs.size() == limit) {
            throw new LimitExceededException(
                    "runs",
                    null,
                    "the range has more than " + limit + " runs",
                    "ask for a smaller range, or stream them");
        }
        runs.add(run);
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) throws LimitExceededException {
        add(new Run.Data(start, length, depth, file, at));
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
            throws LimitExceededException {
        add(new Run.Compressed(start, length, depth, file, at, storedLength));
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) throws LimitExceededException {
        add(new Run.Zero(start, length, depth, file, at));
    }

    @Override
    public void unallocated(long start, long length, int depth) throws LimitExceededException {
        add(new Run.Unallocated(start, length, depth));
    }
}

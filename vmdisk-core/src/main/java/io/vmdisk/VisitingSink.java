package io.vmdisk;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Hands runs on as records, until the visitor has enough. */
final class VisitingSink implements RunSink {
    private final RunVisitor visitor;
    private boolean wantsMore = true;

    VisitingSink(RunVisitor visitor) {
        this.visitor = visitor;
    }

    private void visit(Run run) throws IOException {
        wantsMore = visitor.visit(run);
    }

    @Override
    public boolean wantsMore() {
        return wantsMore;
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) throws IOException {
        visit(new Run.Data(start, length, depth, file, at));
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
            throws IOException {
        visit(new Run.Compressed(start, length, depth, file, at, storedLength));
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
        visit(new Run.Zero(start, length, depth, file, at));
    }

    @Override
    public void unallocated(long start, long length, int depth) throws IOException {
        visit(new Run.Unallocated(start, length, depth));
    }
}

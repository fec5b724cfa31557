package io.vmdisk.nbd;

import io.vmdisk.RunSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the contexts say of a stretch, from the runs of the disk.
 *
 * <p>It goes through the stretch in windows and stops once every context has as much as one reply holds: a client that asks
 * about 4 GiB of tiny grains costs no more than it gets.
 */
final class BlockStatus implements RunSink {
    private static final int MAX_STRETCHES = 4096;
    private static final long WINDOW_BYTES = 64L << 20;

    private final Map<MetaContext, Stretches> found = new EnumMap<>(MetaContext.class);

    private BlockStatus(List<MetaContext> contexts, int limit) {
        contexts.forEach(context -> found.put(context, new Stretches(limit)));
    }

    /** Looks at the stretch of a request, which lies inside the export and is not empty. */
    static Map<MetaContext, Stretches> of(OpenExport export, Request request, List<MetaContext> contexts)
            throws IOException {
        BlockStatus status = new BlockStatus(contexts, request.has(Protocol.REQ_ONE) ? 1 : MAX_STRETCHES);
        long end = request.offset() + request.length();
        for (long at = request.offset(); at < end && !status.isFull(); at += WINDOW_BYTES) {
            export.locate(at, Math.min(WINDOW_BYTES, end - at), status);
        }
        return status.found;
    }

    private boolean isFull() {
        return found.values().stream().allMatch(Stretches::isFull);
    }

    private void add(long length, int allocation, int depth) {
        found.forEach(
                (context, stretches) -> stretches.add(length, context == MetaContext.ALLOCATION ? allocation : depth));
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) {
        add(length, 0, depth + 1);
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
        add(length, 0, depth + 1);
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) {
        add(length, file == null ? Protocol.STATE_HOLE | Protocol.STATE_ZERO : Protocol.STATE_ZERO, depth + 1);
    }

    @Override
    public void unallocated(long start, long length, int depth) {
        add(length, Protocol.STATE_HOLE | Protocol.STATE_ZERO, 0);
    }
}

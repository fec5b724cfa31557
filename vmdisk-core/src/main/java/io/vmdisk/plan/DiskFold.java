package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.Pipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Moves what links on top of a disk hold into it, each grain's newest copy once, whatever the number of links.
 *
 * <p>The links are opened as a chain that ends above the disk, so only what they hold themselves is seen. While it runs
 * and after a crash the links still override the disk, so reading through them is right at every instant; doing it
 * again does no harm. Where space is given back it is done in stretches: a stretch is copied, made durable in the disk,
 * noted in the journal, and then punched out of the links.
 */
final class DiskFold {
    private static final int CHUNK_BYTES = 1 << 20;

    /** How much is merged before the links give it back. */
    private static final long STRETCH_BYTES = 256L << 20;

    private final Volume volume;
    private final Progress progress;
    private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

    /** Is told how far a fold is durable, before anything is given back. */
    @FunctionalInterface
    interface Mark {
        void reached(long position) throws IOException;
    }

    DiskFold(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /**
     * Folds.
     *
     * @param start where an interrupted fold that gives space back goes on; 0 for the beginning
     */
    void fold(Step.Fold step, long start, Mark mark) throws IOException {
        OpenOptions reading = OpenOptions.readOnly()
                .withVolume(volume)
                .withParents(OpenOptions.Parents.NONE)
                .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        OpenOptions writing = OpenOptions.writable()
                .withVolume(volume)
                .withPermission(OpenOptions.Permission.WRITE_SHARED)
                .withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
        progress.begin("folding into " + step.into().getFileName(), step.bytes());
        try (VirtualDisk links = VirtualDisk.open(LinkRange.of(step.links(), reading), reading);
                VirtualDisk into = VirtualDisk.open(step.into(), writing)) {
            long end = Math.min(links.capacity(), into.capacity());
            long stretch = step.space() == Step.Fold.Space.GIVE_BACK ? STRETCH_BYTES : end;
            for (long at = start; at < end; at += stretch) {
                long length = Math.min(stretch, end - at);
                List<Held> held = copy(links, into, at, length, step.space());
                into.flush();
                if (step.space() == Step.Fold.Space.GIVE_BACK) {
                    mark.reached(at + length);
                    giveBack(held);
                }
            }
        }
    }

    private record Held(Path file, long at, long length) {}

    /** Remembers the places it copied from only where they are given back: of a large disk they are very many. */
    private List<Held> copy(VirtualDisk links, VirtualDisk into, long start, long length, Step.Fold.Space space)
            throws IOException {
        List<Held> held = new ArrayList<>();
        try (Pipeline<Integer> pipeline =
                new Pipeline<>(Pipeline.defaultThreads(), done -> progress.advance(done), progress, "folding")) {
            links.locate(start, length, new RunSink() {
                @Override
                public void data(long from, long count, int depth, Path file, long at) throws IOException {
                    if (space == Step.Fold.Space.GIVE_BACK) {
                        held.add(new Held(file, at, count));
                    }
                    submit(from, count);
                }

                @Override
                public void compressed(long from, long count, int depth, Path file, long at, int stored)
                        throws IOException {
                    submit(from, count);
                }

                @Override
                public void zero(long from, long count, int depth, @Nullable Path file, long at) throws IOException {
                    pipeline.submit(() -> {
                        into.zero(from, count);
                        return 0;
                    });
                }

                @Override
                public void unallocated(long from, long count, int depth) {}

                private void submit(long from, long count) throws IOException {
                    long at = from;
                    while (at < from + count) {
                        long position = at;
                        int step = (int) Math.min(from + count - at, CHUNK_BYTES - at % CHUNK_BYTES);
                        pipeline.submit(() -> copyChunk(links, into, position, step));
                        at += step;
                    }
                }
            });
            pipeline.finish();
        }
        return held;
    }

    private int copyChunk(VirtualDisk links, VirtualDisk into, long position, int length) throws IOException {
        ByteBuffer buffer = buffers.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        }
        buffer.clear().limit(length);
        links.read(position, buffer);
        into.write(position, buffer.flip());
        buffers.add(buffer);
        return length;
    }

    private void giveBack(List<Held> held) throws IOException {
        ArrayDeque<Held> left = new ArrayDeque<>(held);
        while (!left.isEmpty()) {
            Path file = left.peek().file();
            try (BlockFile opened = volume.open(file, OpenMode.WRITE)) {
                for (Held part : held) {
                    if (part.file().equals(file)) {
                        opened.punch(part.at(), part.length());
                    }
                }
            }
            left.removeIf(part -> part.file().equals(file));
        }
    }
}

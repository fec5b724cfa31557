package io.vmdisk.plan.fold;

import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.bulk.Turns;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Moves what links on top of a disk hold into it, each grain's newest copy once, whatever the number of links.
 *
 * <p>The links are opened as a chain that ends above the disk, so only what they hold themselves is seen. Where they keep
 * their space they still override the disk, while it runs and after a crash, so reading through them is right at every
 * instant; doing it again does no harm. Where they give it back it is done in stretches: a stretch is copied, made
 * durable in the disk, noted in the journal, and then punched out of the links, which nobody may read meanwhile. A
 * stretch is as long as what is free allows.
 */
public final class DiskFold {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Shared at once. */
    private static final long SHARE_BYTES = 64L << 20;

    /** At most so much is merged before the links give it back. */
    private static final long STRETCH_BYTES = 256L << 20;

    /** Of what is free, a stretch takes this part: tables grow too, and others write there. */
    private static final int SHARE_OF_FREE = 2;

    private final List<Path> linkPaths;
    private final Path intoPath;
    private final long bytes;
    private final Volume volume;
    private final Progress progress;
    private final int threads;
    private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

    /** Is told how far a fold is durable, before anything is given back. */
    @FunctionalInterface
    public interface Mark {
        void reached(long position) throws IOException;
    }

    /**
     * A fold.
     *
     * @param links the topmost first, the one on {@code into} last
     * @param into the disk that takes it all
     * @param bytes what the links hold, for {@code progress}
     */
    public DiskFold(List<Path> links, Path into, long bytes, Volume volume, Progress progress) {
        this(links, into, bytes, volume, progress, Pipeline.defaultThreads());
    }

    DiskFold(List<Path> links, Path into, long bytes, Volume volume, Progress progress, int threads) {
        this.linkPaths = links;
        this.intoPath = into;
        this.bytes = bytes;
        this.volume = volume;
        this.progress = progress;
        this.threads = threads;
    }

    /** Folds while the links keep their space. */
    public void keeping() throws IOException {
        fold((above, below, end) -> {
            copy(above, below, 0, end);
            below.flush();
        });
    }

    /**
     * Folds, giving back the links' space as it goes.
     *
     * @param start where an interrupted fold goes on, in bytes; 0 for the beginning
     */
    public void givingBack(long start, Mark mark) throws IOException {
        fold((above, below, end) -> giveBack(above, below, start, end, mark));
    }

    private interface Way {
        void go(VirtualDisk above, VirtualDisk below, long end) throws IOException;
    }

    private void fold(Way way) throws IOException {
        OpenOptions reading = LinkRange.reading(volume);
        OpenOptions writing = OpenOptions.writable()
                .withVolume(volume)
                .withPermission(OpenOptions.Permission.UNDER_LOCK)
                .withPermission(OpenOptions.Permission.WRITE_SHARED)
                .withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
        progress.begin("folding into " + intoPath.getFileName(), bytes);
        try (VirtualDisk links = VirtualDisk.open(LinkRange.of(linkPaths, reading), reading);
                VirtualDisk into = VirtualDisk.open(intoPath, writing)) {
            way.go(links, into, Math.min(links.capacity(), into.capacity()));
        }
    }

    private void giveBack(VirtualDisk links, VirtualDisk into, long start, long end, Mark mark) throws IOException {
        try (SpaceRelease given = SpaceRelease.of(linkPaths, volume)) {
            long length = STRETCH_BYTES;
            for (long at = start; at < end; at += length) {
                length = fitting(links, into, at, Math.min(Math.min(2 * length, STRETCH_BYTES), end - at));
                copy(links, into, at, length);
                into.flush();
                mark.reached(at + length);
                given.release(at, length);
            }
        }
    }

    /** How much of a stretch can be merged before something must be given back; one unit of the disk at least. */
    private long fitting(VirtualDisk links, VirtualDisk into, long at, long wanted) throws IOException {
        long room = volume.freeBytes(AtomicName.folderOf(into.links().get(0).path())) / SHARE_OF_FREE;
        long unit = FoldCost.unitBytes(into);
        FoldCost.Zeros zeros = FoldCost.Zeros.of(into.links().get(0));
        long length = wanted;
        while (length > unit
                && FoldCost.of(links, into, zeros, ShareUnits.NONE, at, length).growth() > room) {
            length = Math.max(unit, length / 2 / unit * unit);
        }
        return length;
    }

    /** What takes or gives up places of the disk is done in its order, so that they are the same with any number of threads. */
    private void copy(VirtualDisk links, VirtualDisk into, long start, long length) throws IOException {
        ShareUnits units = ShareUnits.of(into);
        Turns turns = new Turns(into);
        try (Pipeline<Long> pipeline = new Pipeline<>(threads, progress::advance, progress, "folding")) {
            links.locate(start, length, new RunSink() {
                @Override
                public void data(long from, long count, int depth, Path file, long at) throws IOException {
                    units.split(from, count, SHARE_BYTES, this::share, this::copy);
                }

                @Override
                public void compressed(long from, long count, int depth, Path file, long at, int stored)
                        throws IOException {
                    copy(from, count);
                }

                @Override
                public void zero(long from, long count, int depth, @Nullable Path file, long at) throws IOException {
                    Turns.Turn turn = turns.another();
                    pipeline.submit(() -> {
                        turn.take(() -> into.zero(from, count));
                        return 0L;
                    });
                }

                @Override
                public void unallocated(long from, long count, int depth) {}

                private void share(long from, long count) throws IOException {
                    Turns.Turn turn = turns.another();
                    pipeline.submit(() -> shareOrCopy(links, into, from, count, turn));
                }

                private void copy(long from, long count) throws IOException {
                    chunks(from, count, (position, part) -> {
                        Turns.Turn turn = turns.another();
                        pipeline.submit(() -> {
                            turn.take(() -> into.reserve(position, part));
                            return copyChunk(links, into, position, part);
                        });
                    });
                }
            });
            pipeline.finish();
        }
    }

    private static void chunks(long from, long count, ShareUnits.Part chunk) throws IOException {
        long end = from + count;
        for (long at = from; at < end; ) {
            long part = Math.min(end - at, CHUNK_BYTES - at % CHUNK_BYTES);
            chunk.range(at, part);
            at += part;
        }
    }

    private long shareOrCopy(VirtualDisk links, VirtualDisk into, long position, long length, Turns.Turn turn)
            throws IOException {
        boolean[] shared = new boolean[1];
        turn.take(() -> {
            shared[0] = into.share(position, length, links, position);
            if (!shared[0]) {
                into.reserve(position, length);
            }
        });
        if (!shared[0]) {
            chunks(position, length, (at, part) -> copyChunk(links, into, at, part));
        }
        return length;
    }

    private long copyChunk(VirtualDisk links, VirtualDisk into, long position, long length) throws IOException {
        ByteBuffer buffer = buffers.poll();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
        }
        buffer.clear().limit((int) length);
        links.read(position, buffer);
        into.write(position, buffer.flip());
        buffers.add(buffer);
        return length;
    }
}

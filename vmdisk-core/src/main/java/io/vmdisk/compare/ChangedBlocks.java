package io.vmdisk.compare;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.bulk.StoredPieces;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What changed between two points in time of a disk, by their maps alone: no byte of content is read. The points are
 * two links of a chain, or the disks of two snapshots, which may have links in common.
 *
 * <p>Ranges are equal if both disks read them as zeros, or if both keep them at the same place of the same file. All
 * else is reported. So the answer may name a block that was written again with the same bytes, and never leaves out one
 * that differs. Ask while neither disk is written to.
 *
 * <pre>{@code
 * ChangedBlocks.between(before, after, (range, content) -> {
 *     backup(range, content);
 *     return true;
 * });
 * }</pre>
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ChangedBlocks {
    private static final String OPERATION = "looking for changed blocks";
    private static final long PIECE_BYTES = 64L << 20;

    /** What a changed range holds in the newer disk. */
    public enum Content {
        /** Bytes, which may be zeros too. */
        DATA,
        /** Zeros: there is nothing to read. */
        ZERO
    }

    /**
     * Takes changed ranges, ascending and without overlap. Neighbours with the same content are joined. One thread
     * calls it: the one that asked.
     */
    @FunctionalInterface
    public interface Changes {
        /**
         * Takes the next range.
         *
         * @param range the bytes of the newer disk that changed or may have changed
         * @param content what the newer disk holds there
         * @return false to end the walk, which then returns as at its end
         * @throws IOException to end the walk with an exception, which the caller gets
         */
        boolean changed(ByteRange range, Content content) throws IOException;
    }

    private ChangedBlocks() {}

    /**
     * Reports what of {@code newer} differs, or may differ, from {@code older}.
     *
     * @param older the earlier point
     * @param newer the later point
     * @param changes takes the ranges
     * @throws io.vmdisk.MalformedFileException if a table of one of the disks is damaged
     * @throws IOException if a table can't be read, a disk is closed, or {@code changes} throws it
     */
    public static void between(VirtualDisk older, VirtualDisk newer, Changes changes) throws IOException {
        between(older, newer, Progress.NONE, changes);
    }

    /**
     * Reports what of {@code newer} differs, or may differ, from {@code older}. If the disk became shorter, nothing
     * after its new end is reported; if it became longer, the older disk counts as zeros after its end.
     *
     * @param older the earlier point
     * @param newer the later point
     * @param progress advances over the bytes of the newer disk, and may cancel
     * @param changes takes the ranges
     * @throws io.vmdisk.MalformedFileException if a table of one of the disks is damaged
     * @throws io.vmdisk.OperationCancelledException if {@code progress} said so
     * @throws IOException if a table can't be read, a disk is closed, or {@code changes} throws it
     */
    public static void between(VirtualDisk older, VirtualDisk newer, Progress progress, Changes changes)
            throws IOException {
        progress.begin(OPERATION + " of " + newer, newer.capacity());
        Joined joined = new Joined(changes);
        StoredPieces.walk(List.of(older, newer), PIECE_BYTES, progress, OPERATION, piece -> {
            long end = Math.min(piece.end(), newer.capacity());
            if (piece.start() >= end) {
                return false;
            }
            sweep(placesOf(older, piece.start(), end), placesOf(newer, piece.start(), end), joined);
            progress.advance(end - piece.start());
            return !joined.ended;
        });
        joined.finish();
    }

    /** A stretch of a disk and where its bytes are: nowhere, if it reads as zeros. */
    private record Stretch(long start, long end, Optional<Run> place) {
        /** Whether both have the bytes from {@code at} on at one place. */
        boolean agrees(Stretch other, long at) {
            if (place.isEmpty() || other.place.isEmpty()) {
                return place.isEmpty() && other.place.isEmpty();
            }
            if (place.get() instanceof Run.Data mine && other.place.get() instanceof Run.Data theirs) {
                return mine.file().equals(theirs.file())
                        && mine.at() + (at - mine.start()) == theirs.at() + (at - theirs.start());
            }
            return place.get().equals(other.place.get());
        }
    }

    private static List<Stretch> placesOf(VirtualDisk disk, long start, long end) throws IOException {
        Places places = new Places();
        long inside = Math.min(end, disk.capacity()) - start;
        if (inside > 0) {
            disk.locate(start, inside, places);
        }
        long known = start + Math.max(0, inside);
        if (known < end) {
            places.stretches.add(new Stretch(known, end, Optional.empty()));
        }
        return places.stretches;
    }

    private static void sweep(List<Stretch> older, List<Stretch> newer, Joined joined) throws IOException {
        int o = 0;
        int n = 0;
        while (n < newer.size() && o < older.size() && !joined.ended) {
            Stretch left = older.get(o);
            Stretch right = newer.get(n);
            long from = Math.max(left.start(), right.start());
            long to = Math.min(left.end(), right.end());
            if (!right.agrees(left, from)) {
                joined.add(from, to, right.place().isEmpty() ? Content.ZERO : Content.DATA);
            }
            if (left.end() == to) {
                o++;
            }
            if (right.end() == to) {
                n++;
            }
        }
    }

    /** Collects stretches; the link that names a place does not matter, so all have depth 0. */
    private static final class Places implements RunSink {
        private final List<Stretch> stretches = new ArrayList<>();
        private final Map<Path, Path> names = new HashMap<>();

        private void add(Run run) {
            stretches.add(new Stretch(run.start(), run.end(), Optional.of(run)));
        }

        private Path nameOf(Path file) {
            return names.computeIfAbsent(file, path -> path.toAbsolutePath().normalize());
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) {
            add(new Run.Data(start, length, 0, nameOf(file), at));
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
            add(new Run.Compressed(start, length, 0, nameOf(file), at, storedLength));
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {
            stretches.add(new Stretch(start, start + length, Optional.empty()));
        }

        @Override
        public void unallocated(long start, long length, int depth) {
            stretches.add(new Stretch(start, start + length, Optional.empty()));
        }
    }

    /** Joins neighbours and hands them on. */
    private static final class Joined {
        private final Changes changes;
        private boolean ended;
        private long start;
        private long end;
        private Content content = Content.ZERO;

        Joined(Changes changes) {
            this.changes = changes;
        }

        void add(long from, long to, Content what) throws IOException {
            if (from != end || what != content) {
                finish();
                start = from;
                content = what;
            }
            end = to;
        }

        void finish() throws IOException {
            if (start < end && !ended) {
                ended = !changes.changed(new ByteRange(start, end - start), content);
            }
            start = end;
        }
    }
}

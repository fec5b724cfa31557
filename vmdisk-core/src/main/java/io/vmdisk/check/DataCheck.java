package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.VmdiskException;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.BoundedFindings;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Reads everything an extent stores, by some workers: every compressed grain is inflated, every other byte read.
 *
 * <p>A grain that can't be read is a finding with its place; the rest is read all the same.
 */
final class DataCheck {
    /** Asked for at once; a table that can't be read costs the grains of one such stretch a question each. */
    private static final long WINDOW_BYTES = 32L << 20;

    private static final int READ_BYTES = 1 << 20;
    private static final Remedy REMEDY = Remedy.say("restore the range from a backup, or ")
            .with(Kind.SALVAGE)
            .and(" a stream");

    private final Volume volume;
    private final CheckOptions options;
    private final Progress progress;
    private final FindingList findings;

    DataCheck(Volume volume, CheckOptions options, Progress progress, FindingList findings) {
        this.volume = volume;
        this.options = options;
        this.progress = progress;
        this.findings = findings;
    }

    /** Reads an extent that stands in a file; what keeps it from being opened has been found before. */
    void check(Path path, ExtentPlace place) throws IOException {
        BoundedFindings damage = new BoundedFindings(path);
        try (Extent extent = open(path, place)) {
            long length = Math.min(extent.capacity(), place.length());
            long from = grainsBefore(extent, options.part().start() - place.start(), length);
            long to = grainsBefore(extent, options.part().end() - place.start(), length);
            progress.begin("reading " + path, to - from);
            try (Pipeline<Optional<Damage>> pipeline = new Pipeline<>(
                    options.threads(), found -> found.ifPresent(d -> d.tell(place, damage)), progress, "check")) {
                read(extent, from, to, pipeline);
                pipeline.finish();
            }
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            // Headers and tables are the business of the format's checker.
        }
        findings.addAll(damage.toList(), path);
    }

    /** Bytes of the grains that begin before a place; each grain belongs to one of two parts that meet. */
    private static long grainsBefore(Extent extent, long at, long length) {
        if (at <= 0) {
            return 0;
        }
        long grain = Math.max(1, extent.grainBytes());
        return at >= length ? length : Math.min(length, (at + grain - 1) / grain * grain);
    }

    private Extent open(Path path, ExtentPlace place) throws IOException {
        BlockFile file = volume.open(path, OpenMode.READ);
        try {
            if (place.line().type().isPlain()) {
                return FlatFormat.open(file, place.line().startSector() * Sector.BYTES, place.length());
            }
            TableCache cache = new TableCache(TableCache.DEFAULT_BUDGET_BYTES);
            return Formats.require(file).open(file, cache);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private static void read(Extent extent, long from, long to, Pipeline<Optional<Damage>> pipeline)
            throws IOException {
        Reader reader = new Reader(extent, pipeline);
        for (long at = from; at < to; at += WINDOW_BYTES) {
            long count = Math.min(WINDOW_BYTES, to - at);
            reader.reached = at;
            try {
                extent.locate(at, count, reader);
            } catch (OperationCancelledException e) {
                throw e;
            } catch (VmdiskException e) {
                grainByGrain(extent, at, count, pipeline, reader);
            }
        }
    }

    /** From where the window stopped on, each grain alone. */
    private static void grainByGrain(
            Extent extent, long start, long count, Pipeline<Optional<Damage>> pipeline, Reader reader)
            throws IOException {
        int grain = extent.grainBytes();
        long end = start + count;
        for (long at = Math.max(start, reader.reached); at < end; at += grain) {
            long from = at;
            long part = Math.min(grain, end - at);
            try {
                extent.locate(from, part, reader);
            } catch (OperationCancelledException e) {
                throw e;
            } catch (VmdiskException e) {
                pipeline.submit(() -> Optional.of(new Damage(from, part, e)));
            }
        }
    }

    /** A stretch of the extent that can't be read. */
    private record Damage(long start, long length, VmdiskException cause) {
        void tell(ExtentPlace place, BoundedFindings into) {
            into.add(
                    "data.unreadable",
                    Severity.ERROR,
                    cause.offset().orElse(-1),
                    "the disk's bytes from " + (place.start() + start) + " to " + (place.start() + start + length)
                            + " can't be read: " + cause.problem(),
                    REMEDY);
        }
    }

    /** Turns runs into tasks. */
    private static final class Reader implements ExtentSink {
        private final Extent extent;
        private final Pipeline<Optional<Damage>> pipeline;
        private long reached;

        Reader(Extent extent, Pipeline<Optional<Damage>> pipeline) {
            this.extent = extent;
            this.pipeline = pipeline;
        }

        @Override
        public void data(long start, long length, long fileOffset) throws IOException {
            for (long done = 0; done < length; done += READ_BYTES) {
                int count = (int) Math.min(READ_BYTES, length - done);
                long at = fileOffset + done;
                submit(start + done, count, () -> extent.readData(at, ByteBuffer.allocate(count)));
            }
            reached = start + length;
        }

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) throws IOException {
            submit(
                    start,
                    length,
                    () -> extent.readCompressed(
                            start, fileOffset, storedLength, ByteBuffer.allocate(Math.toIntExact(length))));
            reached = start + length;
        }

        private void submit(long start, long length, Read read) throws IOException {
            Callable<Optional<Damage>> task = () -> {
                try {
                    read.run();
                    return Optional.empty();
                } catch (VmdiskException e) {
                    return Optional.of(new Damage(start, length, e));
                }
            };
            pipeline.submit(task);
        }

        @Override
        public void zero(long start, long length, long heldOffset) {
            reached = start + length;
        }

        @Override
        public void unallocated(long start, long length) {
            reached = start + length;
        }
    }

    @FunctionalInterface
    private interface Read {
        void run() throws IOException;
    }
}

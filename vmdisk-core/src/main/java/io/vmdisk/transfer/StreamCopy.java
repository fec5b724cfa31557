package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.bulk.Turns;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.hosted.stream.FindingLog;
import io.vmdisk.extent.hosted.stream.GrainSet;
import io.vmdisk.extent.hosted.stream.StreamReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One run of a stream into a disk: the feeding thread reads grains, the workers inflate and write them. */
final class StreamCopy {
    private static final String OPERATION = "reading the stream";

    private final StreamReader reader;
    private final Path name;
    private final long capacity;
    private final StreamImport.Damage damage;
    private final FindingLog log;
    private final LostGrains lost;
    private final ConcurrentLinkedQueue<StreamGrain> idle = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<StreamGrain> made = new ConcurrentLinkedQueue<>();

    /** What the target reads as before. */
    enum Target {
        /** New: zeros need not be written. */
        READS_AS_ZEROS,
        /** New on a parent, which must not show: what the stream leaves out is zeroed. */
        SHOWS_A_PARENT,
        /** Anything: what the stream leaves out is zeroed, what lies behind its end stays. */
        HAS_CONTENT
    }

    StreamCopy(StreamReader reader, Path name, long capacity, StreamImport.Damage damage, FindingLog log) {
        this.reader = reader;
        this.name = name;
        this.capacity = capacity;
        this.damage = damage;
        this.log = log;
        this.lost = new LostGrains(Sector.ceilDiv(capacity, reader.grainBytes()));
    }

    /** Copies everything; the answer is what could not be read. The target is not flushed. */
    List<ByteRange> run(VirtualDisk target, Target kind, int threads, Progress progress) throws IOException {
        progress.begin("reading " + name, capacity);
        PositionProgress told = new PositionProgress(progress);
        Turns turns = new Turns(target);
        Pipeline.Consumer<StreamGrain> consumer = grain -> {
            take(grain);
            told.upTo(Math.min(capacity, grain.end()));
            idle.add(grain);
        };
        try (Pipeline<StreamGrain> pipeline = new Pipeline<>(threads, consumer, progress, OPERATION)) {
            for (StreamGrain grain = nextWhole(); grain != null; grain = nextWhole()) {
                StreamGrain task = grain;
                Turns.Turn turn = turns.another();
                pipeline.submit(() -> {
                    try (turn) {
                        progress.pace(reader.grainBytes());
                        task.writeTo(target, kind, capacity, turn);
                    }
                    return task;
                });
            }
            pipeline.finish();
        } finally {
            made.forEach(StreamGrain::close);
        }
        progress.checkCancelled(OPERATION);
        if (kind != Target.READS_AS_ZEROS) {
            zeroTheRest(target);
        }
        if (kind == Target.SHOWS_A_PARENT) {
            zero(target, capacity, target.capacity());
        }
        told.upTo(capacity);
        return lost.ranges(reader, capacity);
    }

    private @Nullable StreamGrain nextWhole() throws IOException {
        StreamGrain ready = idle.poll();
        StreamGrain grain = ready != null ? ready : new StreamGrain(reader);
        if (ready == null) {
            made.add(grain);
        }
        while (true) {
            try {
                if (!reader.next(grain.packed())) {
                    return null;
                }
                requireInside(grain);
                lost.found(grain.packed().grain());
                return grain;
            } catch (MalformedFileException e) {
                if (damage == StreamImport.Damage.REFUSE) {
                    throw e;
                }
                log.add("damaged", Finding.Severity.ERROR, e.offset().orElse(-1), e.problem(), "");
                if (!reader.isInStep()) {
                    lost.breakAfter(reader.lastGrain());
                }
                if (!reader.resync()) {
                    return null;
                }
            }
        }
    }

    private void requireInside(StreamGrain grain) throws MalformedFileException {
        if (grain.start() >= capacity) {
            throw new MalformedFileException(
                    "grain-sector",
                    name,
                    grain.packed().at(),
                    "a grain for byte " + grain.start() + " of a disk of " + capacity + " bytes");
        }
    }

    private void take(StreamGrain grain) throws MalformedFileException {
        long at = grain.packed().at();
        String problem = grain.problem();
        if (problem != null) {
            String text = "the compressed grain at byte " + grain.start() + " of the disk is damaged: " + problem;
            if (damage == StreamImport.Damage.REFUSE) {
                throw new MalformedFileException(
                        "grain-data",
                        name,
                        at,
                        text,
                        Remedy.of(Kind.COPY_AGAIN)
                                .and("; ")
                                .with(Kind.SALVAGE)
                                .and(" keeps the grains that are whole"));
            }
            log.add("damaged", Finding.Severity.ERROR, at, text, "");
            lost.damaged(grain.packed().grain());
            return;
        }
        if (grain.wasBare()) {
            log.add(
                    "bare-deflate",
                    Finding.Severity.WARNING,
                    at,
                    "a grain is not wrapped as zlib has it, so it has no checksum; most readers refuse it",
                    "convert the stream anew");
        }
        if (grain.surplusBytes() > 0) {
            log.add(
                    "grain-surplus",
                    Finding.Severity.INFO,
                    at,
                    "a grain's size counts " + grain.surplusBytes() + " bytes behind its data",
                    "");
        }
    }

    private void zeroTheRest(VirtualDisk target) throws IOException {
        GrainSet kept = reader.seen();
        long grainBytes = reader.grainBytes();
        long grains = Sector.ceilDiv(capacity, grainBytes);
        for (long from = kept.nextOut(0, grains); from < grains; ) {
            long to = kept.nextIn(from, grains);
            zero(target, from * grainBytes, Math.min(capacity, to * grainBytes));
            from = kept.nextOut(to, grains);
        }
        for (long grain : lost.damagedGrains()) {
            zero(target, grain * grainBytes, Math.min(capacity, (grain + 1) * grainBytes));
        }
    }

    private static void zero(VirtualDisk target, long from, long to) throws IOException {
        if (from < to) {
            target.zero(from, to - from);
        }
    }
}

package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.HeadStart;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns a disk into another of any format. The new disk appears under its name only when it is complete and durable;
 * whatever goes wrong before leaves nothing behind. Want of room is noticed before there is a file, where it can be.
 */
public final class DiskConverter {
    private static final String OPERATION = "converting";

    private final int threads;
    private final Volume volume;
    private final Progress progress;
    private final HoleSize holes;
    private final DiskCopy.Zeros zeros;

    /**
     * A converter.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskConverter(int threads, Progress progress) {
        this(threads, Volume.system(), progress);
    }

    /**
     * A converter that makes files in {@code volume}.
     *
     * @param threads workers; {@link Pipeline#defaultThreads} is a good number
     */
    public DiskConverter(int threads, Volume volume, Progress progress) {
        this(threads, volume, progress, HoleSize.STANDARD, DiskCopy.Zeros.OF_WHAT_IS_READ);
    }

    private DiskConverter(int threads, Volume volume, Progress progress, HoleSize holes, DiskCopy.Zeros zeros) {
        this.threads = threads;
        this.volume = volume;
        this.progress = progress;
        this.holes = holes;
        this.zeros = zeros;
    }

    /**
     * With other holes in new disks without a parent; streams keep to their grains. Zeros are looked for everywhere then, also
     * where blocks can be shared and nothing else need be read.
     */
    public DiskConverter withHoles(HoleSize other) {
        return new DiskConverter(threads, volume, progress, other, DiskCopy.Zeros.ALL);
    }

    /**
     * Makes a new disk with the content of {@code source}.
     *
     * @param spec what it shall be; its capacity is that of the source at least
     */
    public void convert(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        if (source.capacity() > HeadStart.WORTH_BYTES) {
            HeadStart.begin();
        }
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            new StreamExport(threads, StreamExport.DEFAULT_LEVEL, progress).toFile(source, target, spec, volume);
            return;
        }
        requireRoom(source, target, spec);
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress)) {
            try (VirtualDisk disk = staged.open()) {
                if (spec.parent() == null) {
                    new DiskCopy(threads, progress, holes, zeros).copy(source, disk);
                } else {
                    new DeltaCopy(threads, progress).copy(source, disk, DeltaCopy.Rest.ZEROED);
                }
            }
            staged.publish();
        }
    }

    /**
     * Makes one new disk of several, one behind the other.
     *
     * @param spec what it shall be: neither a stream nor a delta; its capacity is that of all together at least
     */
    public void join(List<VirtualDisk> sources, Path target, CreateSpec spec) throws IOException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED || spec.parent() != null) {
            throw new IllegalArgumentException("neither streams nor deltas are made of several disks");
        }
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress)) {
            try (VirtualDisk disk = staged.open()) {
                long at = 0;
                for (VirtualDisk source : sources) {
                    new DiskCopy(threads, progress, holes, zeros).copy(source, disk, at);
                    at += source.capacity();
                }
            }
            staged.publish();
        }
    }

    /**
     * Copies the content of {@code source} over that of an existing disk, which is as large at least; what lies behind the
     * source's end stays.
     */
    public void convertInto(VirtualDisk source, VirtualDisk target) throws IOException {
        SizeRule.requireHolds(target, source);
        new DeltaCopy(threads, progress).copy(source, target, DeltaCopy.Rest.KEPT);
        target.flush();
    }

    /**
     * Copies the content of {@code source} into an existing disk that reads as zeros, on the word of the caller: zeros are
     * neither written nor looked for.
     */
    public void fill(VirtualDisk source, VirtualDisk target) throws IOException {
        SizeRule.requireHolds(target, source);
        new DiskCopy(threads, progress, holes, zeros).copy(source, target);
        target.flush();
    }

    /**
     * Copies into a disk what it would not read as in another view of it, over another parent or none; what it reads as
     * now does not change, whatever happens meanwhile.
     *
     * @param disk over the parent that it has, for writing
     * @param otherView the same disk over the other parent, for reading
     */
    public void makeOwn(VirtualDisk disk, VirtualDisk otherView) throws IOException {
        new DeltaCopy(threads, progress).makeOwn(disk, otherView);
        disk.flush();
    }

    /**
     * Does that part of {@link #makeOwn} for which nothing need be read, where files can share blocks: what only the parents
     * hold, and the other view does not. The views are older than what it does afterwards.
     *
     * @param before the same disk over the parent that it has, for reading
     */
    public void shareOwn(VirtualDisk disk, VirtualDisk before, VirtualDisk otherView) throws IOException {
        new DeltaCopy(threads, progress).shareOwn(disk, before, otherView);
        disk.flush();
    }

    /**
     * Refuses what {@link #convertInto} would refuse; changes nothing.
     *
     * @return bytes that it would read of the source at most
     */
    public long rehearseInto(VirtualDisk source, VirtualDisk target) throws IOException {
        SizeRule.requireHolds(target, source);
        return storedBytes(source);
    }

    /** What a disk stores as far as its tables tell: zeros may be among it. */
    public static long storedBytes(VirtualDisk disk) throws IOException {
        return new CopySize(disk, HoleSize.STANDARD.bytes()).byTables();
    }

    /**
     * The same in whole units.
     *
     * @param unit bytes, each counted whole of which a disk stores a part
     */
    public static long storedBytes(VirtualDisk disk, int unit) throws IOException {
        return new CopySize(disk, unit).byTables();
    }

    /** Writes the raw content to a channel, from the first byte to the last; for pipes. */
    public void writeRaw(VirtualDisk source, WritableByteChannel out) throws IOException {
        writeRaw(source, new ByteRange(0, source.capacity()), out);
    }

    /** Writes the raw content of a range. */
    public void writeRaw(VirtualDisk source, ByteRange part, WritableByteChannel out) throws IOException {
        progress.begin("reading " + source, part.length());
        BufferPool buffers = new BufferPool();
        Pipeline.Consumer<ByteBuffer> writer = buffer -> {
            progress.advance(buffer.remaining());
            progress.pace(buffer.remaining());
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            buffers.give(buffer);
        };
        try (Pipeline<ByteBuffer> pipeline = new Pipeline<>(threads, writer, progress, OPERATION)) {
            for (long at = part.start(); at < part.end(); at += Chunk.BYTES) {
                long start = at;
                int length = (int) Math.min(Chunk.BYTES, part.end() - at);
                pipeline.submit(() -> {
                    ByteBuffer buffer = buffers.take(length);
                    source.read(start, buffer);
                    return buffer.flip();
                });
            }
            pipeline.finish();
        }
    }

    /**
     * Finds out what {@link #convert} would cost, and refuses what it would refuse; changes nothing. Reads the source only
     * if what its tables say it stores does not fit, but might without its zeros.
     *
     * @throws io.vmdisk.OutOfSpaceException if what must be written does not fit
     */
    public ConvertCost rehearse(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        SizeRule.requireHolds(spec, source, target);
        DiskRoom empty = StagedDisk.rehearse(target, spec, volume);
        CopySize size = new CopySize(source, holes.granule(spec.unitBytes()));
        long stored = size.byTables();
        DiskRoom room = room(empty, spec, size, stored);
        room.require();
        return new ConvertCost(stored, room, notes(spec));
    }

    private static List<String> notes(CreateSpec spec) {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            return List.of("how much room the compressed disk takes is known only when it is written");
        }
        return spec.parent() == null
                ? List.of()
                : List.of(
                        "how much room the delta takes is known only when the disk has been compared with its parent");
    }

    /** Where all of the disk fits, the source's tables need not be read for it. */
    private void requireRoom(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        SizeRule.requireHolds(spec, source, target);
        if (!StagedDisk.rehearse(target, spec, volume)
                .withContent(spec.capacity())
                .fits()) {
            rehearse(source, target, spec);
        }
    }

    private DiskRoom room(DiskRoom empty, CreateSpec spec, CopySize size, long stored) throws IOException {
        if (!empty.fits()
                || spec.format().isThick()
                || spec.format() == DiskFormat.STREAM_OPTIMIZED
                || spec.parent() != null) {
            return empty;
        }
        if (holes.isNone()) {
            return empty.withContent(spec.capacity());
        }
        DiskRoom most = empty.withContent(stored);
        return most.fits()
                ? most
                : empty.withContent(size.byReading(Math.max(0, empty.free() - empty.needed()), threads, progress));
    }
}

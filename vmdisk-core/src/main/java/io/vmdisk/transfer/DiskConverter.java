package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.bulk.BufferPool;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.NewFileSharing;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.Reserve;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.HeadStart;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Turns a disk into another of any format. The new disk appears under its name only when it is complete and durable;
 * whatever goes wrong before leaves nothing behind. Want of room is noticed before there is a file, where it can be.
 */
public final class DiskConverter {
    private static final String OPERATION = "converting";

    /** In tables: an entry of 8 bytes and its way back in SEsparse, two of 4 bytes in a hosted file. */
    private static final int BYTES_FOR_A_GRAIN = 16;

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
        Optional<NewFileSharing> sharing = sharing(source, target, spec);
        requireRoom(source, target, spec, sharing);
        Reserve reserve = sharing.isPresent() ? Reserve.LAST : Reserve.FIRST;
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress, reserve)) {
            try (VirtualDisk disk = staged.open()) {
                if (spec.parent() == null) {
                    new DiskCopy(threads, progress, holes, zeros).copy(source, disk);
                } else {
                    new DeltaCopy(threads, progress).copy(source, disk, DeltaCopy.Rest.ZEROED);
                }
            }
            finish(staged, reserve);
        }
    }

    private void finish(StagedDisk staged, Reserve reserve) throws IOException {
        if (reserve == Reserve.LAST) {
            staged.reserveRest(progress);
        }
        staged.publish();
    }

    /**
     * Which blocks of the source a new disk could share; empty if none. Only a disk in whole blocks has a place for them.
     */
    private Optional<NewFileSharing> sharing(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        long unit = Math.max(BlockFile.SHARED_BLOCK_BYTES, spec.unitBytes());
        boolean inBlocks = unit % BlockFile.SHARED_BLOCK_BYTES == 0
                && spec.extentBytes() % unit == 0
                && spec.format() != DiskFormat.VMFS_SPARSE
                && spec.format() != DiskFormat.STREAM_OPTIMIZED;
        if (!inBlocks || holes.isNone() || spec.parent() != null) {
            return Optional.empty();
        }
        NewFileSharing sharing = NewFileSharing.of(volume, volume.existing(AtomicName.folderOf(target)), unit);
        return source.lends(sharing) ? Optional.of(sharing) : Optional.empty();
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
        Reserve reserve = Reserve.FIRST;
        for (VirtualDisk source : sources) {
            reserve = sharing(source, target, spec).isPresent() ? Reserve.LAST : reserve;
        }
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress, reserve)) {
            try (VirtualDisk disk = staged.open()) {
                long at = 0;
                for (VirtualDisk source : sources) {
                    new DiskCopy(threads, progress, holes, zeros).copy(source, disk, at);
                    at += source.capacity();
                }
            }
            finish(staged, reserve);
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
        return new CopySize(disk, HoleSize.STANDARD.bytes()).byTables().copied();
    }

    /**
     * The same in whole units.
     *
     * @param unit bytes, each counted whole of which a disk stores a part
     */
    public static long storedBytes(VirtualDisk disk, int unit) throws IOException {
        return new CopySize(disk, unit).byTables().copied();
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
        return cost(source, target, spec, sharing(source, target, spec));
    }

    private ConvertCost cost(VirtualDisk source, Path target, CreateSpec spec, Optional<NewFileSharing> sharing)
            throws IOException {
        DiskRoom empty = StagedDisk.rehearse(target, spec, volume);
        CopySize size = new CopySize(source, holes.granule(spec.unitBytes()), sharing, zeros);
        CopyContent content = size.byTables();
        DiskRoom room = room(empty, spec, size, content);
        room.require();
        return new ConvertCost(content.copied(), room, notes(source, target, spec, content));
    }

    /**
     * What a new disk would hold of another one's content, and on whose blocks; no file is made, and none is read but for its
     * tables.
     */
    public CopyContent content(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        Optional<NewFileSharing> sharing = sharing(source, target, spec);
        return new CopySize(source, HoleSize.STANDARD.bytes(), sharing, zeros).byTables();
    }

    private static List<String> notes(VirtualDisk source, Path target, CreateSpec spec, CopyContent content) {
        if (content.shared() > 0) {
            return List.of(target.getFileName() + " comes to share blocks with "
                    + source.links().get(0).path().getFileName() + content.note(spec.format()));
        }
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            return List.of("how much room the compressed disk takes is known only when it is written");
        }
        return spec.parent() == null
                ? List.of()
                : List.of(
                        "how much room the delta takes is known only when the disk has been compared with its parent");
    }

    /** Where all of the disk fits, the source's tables need not be read for it. */
    private void requireRoom(VirtualDisk source, Path target, CreateSpec spec, Optional<NewFileSharing> sharing)
            throws IOException {
        SizeRule.requireHolds(spec, source, target);
        if (!StagedDisk.rehearse(target, spec, volume)
                .withContent(spec.capacity())
                .fits()) {
            cost(source, target, spec, sharing);
        }
    }

    /** Of data that takes nothing itself, its entries are what counts. */
    private static long tableBytes(CreateSpec spec, long shared) {
        return Formats.ofDiskFormat(spec.format().word()).isPresent()
                ? Sector.ceilDiv(shared, spec.unitBytes()) * BYTES_FOR_A_GRAIN
                : 0;
    }

    private DiskRoom room(DiskRoom empty, CreateSpec spec, CopySize size, CopyContent content) throws IOException {
        if (spec.format().isThick()) {
            return empty.withContent(-content.shared());
        }
        if (!empty.fits() || spec.format() == DiskFormat.STREAM_OPTIMIZED || spec.parent() != null) {
            return empty;
        }
        if (holes.isNone()) {
            return empty.withContent(spec.capacity());
        }
        DiskRoom tables = empty.withContent(tableBytes(spec, content.shared()));
        DiskRoom most = tables.withContent(content.copied());
        return most.fits()
                ? most
                : tables.withContent(size.byReading(Math.max(0, tables.free() - tables.needed()), threads, progress));
    }
}

package io.vmdisk.transfer;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.extent.hosted.stream.FindingLog;
import io.vmdisk.extent.hosted.stream.StreamReader;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a stream-optimised file that is read from front to back, as from a pipe, into a disk of another format.
 *
 * <p>{@link #open} reads as far as the descriptor, so that size and adapter are known before the target is chosen; one
 * of {@link #into} and {@link #over} then reads the rest, once. One thread reads, the others inflate and write. For one
 * caller; the stream stays the caller's.
 */
public final class StreamImport {
    private static final int SECTOR = Sector.BYTES;

    private final Path name;
    private final Damage damage;
    private final FindingLog log;
    private final StreamReader reader;
    private final Optional<Descriptor> descriptor;
    private final long capacity;

    /** What to do about a stream that was cut or is damaged. */
    public enum Damage {
        /** It is an error, and no disk is made. */
        REFUSE,
        /** Whole grains are kept, {@link Imported#unreadable} lists the rest, which reads as zeros. */
        SALVAGE
    }

    /** Whether a stream can begin so. */
    public static boolean mayBegin(ByteBuffer start) {
        return StreamReader.mayBegin(start);
    }

    /**
     * Reads header and descriptor.
     *
     * @param name what the stream is called in messages; {@code -} for standard input
     */
    public static StreamImport open(InputStream stream, Path name, Damage damage) throws IOException {
        return new StreamImport(stream, name, damage);
    }

    private StreamImport(InputStream stream, Path name, Damage damage) throws IOException {
        this.name = name;
        this.damage = damage;
        log = new FindingLog(name);
        reader = StreamReader.open(stream, name, log);
        descriptor = readDescriptor();
        capacity = capacitySectors() * SECTOR;
    }

    private Optional<Descriptor> readDescriptor() throws UnsupportedFeatureException {
        byte[] area = reader.descriptorArea();
        long at = reader.descriptorSector() * SECTOR;
        if (area.length == 0 || area[0] == 0) {
            return Optional.empty();
        }
        Descriptor text;
        try {
            text = Descriptor.parse(area, name, at);
        } catch (VmdiskException e) {
            log.add("descriptor", Finding.Severity.WARNING, at, "the descriptor can't be read: " + e.problem(), "");
            return Optional.empty();
        }
        if (text.hasParent()) {
            throw new UnsupportedFeatureException(
                    "stream-delta",
                    name,
                    "the stream holds only what differs from a parent, whose content ID is " + text.parentCid(),
                    "convert the whole disk to a stream");
        }
        return Optional.of(text);
    }

    /** The extent's line is the disk's size: some writers round that of the header up to a whole grain. */
    private long capacitySectors() throws MalformedFileException {
        long header = reader.capacitySectors();
        if (descriptor.isEmpty() || descriptor.get().extents().size() != 1) {
            return header;
        }
        long line = descriptor.get().extents().get(0).sectors();
        if (line == header || line == 0) {
            return header;
        }
        long grain = reader.grainSectors();
        if (line < header && header % grain == 0 && header - line < grain) {
            return line;
        }
        String problem = "the descriptor gives the disk " + line + " sectors, the header " + header;
        if (damage == Damage.REFUSE) {
            throw new MalformedFileException(
                    "capacity", name, 12, problem, Remedy.of(Kind.SALVAGE).and(" goes by the header"));
        }
        log.add("capacity", Finding.Severity.ERROR, 12, problem, "");
        return header;
    }

    /** The disk's size in bytes. */
    public long capacity() {
        return capacity;
    }

    /** The embedded descriptor, if there is one that can be read. */
    public Optional<Descriptor> descriptor() {
        return descriptor;
    }

    /** A disk that can take the place of the image, as {@link CreateSpec#copyOf} is for disks that can be opened. */
    public CreateSpec copyAs(DiskFormat format) {
        return CreateSpec.of(format, capacity)
                .withFacts(DiskFacts.keptFrom(descriptor.stream().toList(), DiskFacts.Identity.KEPT));
    }

    /**
     * Makes a new disk of the stream's content; it appears under its name only when it is complete and durable.
     *
     * @param spec what it shall be; as large as {@link #capacity} at least
     * @param threads that inflate and write
     */
    public Imported into(Path target, CreateSpec spec, int threads, Volume volume, Progress progress)
            throws IOException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    target,
                    "a stream from a pipe can't be packed into another stream: its grains may come in any order",
                    "save it to a file and convert that");
        }
        requireFits(spec.capacity(), target);
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress)) {
            Imported result;
            try (VirtualDisk disk = staged.open()) {
                StreamCopy.Target kind =
                        spec.parent() == null ? StreamCopy.Target.READS_AS_ZEROS : StreamCopy.Target.SHOWS_A_PARENT;
                result = copy(disk, kind, threads, progress);
            }
            staged.publish();
            return result;
        }
    }

    /** Overwrites an existing disk, which is as large at least, and flushes it; what lies behind the stream's end stays. */
    public Imported over(VirtualDisk target, int threads, Progress progress) throws IOException {
        requireFits(target.capacity(), target.links().get(0).path());
        Imported result = copy(target, StreamCopy.Target.HAS_CONTENT, threads, progress);
        target.flush();
        return result;
    }

    private void requireFits(long room, Path target) throws LimitExceededException {
        if (room < capacity) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    "the stream's disk has " + capacity + " bytes, the target only " + room,
                    "make the target larger");
        }
    }

    private Imported copy(VirtualDisk target, StreamCopy.Target kind, int threads, Progress progress)
            throws IOException {
        StreamCopy copy = new StreamCopy(reader, name, capacity, damage, log);
        return new Imported(capacity, copy.run(target, kind, threads, progress), log.findings());
    }
}

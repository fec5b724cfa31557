package io.vmdisk.disk;

import io.vmdisk.Sector;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.extent.hosted.stream.StreamWriter;
import io.vmdisk.format.Formats;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a new disk shall be. Begin with {@link #of}; each {@code with…} gives a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CreateSpec {
    /** What Workstation 16.2 and ESXi 7.0 U2 and later run. */
    public static final int DEFAULT_HARDWARE_VERSION = DiskFacts.DEFAULT_HARDWARE_VERSION;

    private static final int SECTOR = ExtentPlace.SECTOR;

    private final DiskFormat format;
    private final long capacity;
    private final DiskFacts facts;
    private final int grainBytes;
    private final long extentBytes;
    private final @Nullable Path parent;
    private final String seed;

    private CreateSpec(
            DiskFormat format,
            long capacity,
            DiskFacts facts,
            int grainBytes,
            long extentBytes,
            @Nullable Path parent,
            String seed) {
        if (capacity < 0 || grainBytes < 0 || extentBytes < 0) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + ", grain " + grainBytes + ", extents " + extentBytes);
        }
        if (capacity <= Long.MAX_VALUE - (SECTOR - 1)) {
            capacity = Sector.roundUp(capacity, SECTOR);
        }
        this.format = format;
        this.capacity = capacity;
        this.facts = facts;
        this.grainBytes = grainBytes;
        this.extentBytes = extentBytes;
        this.parent = parent;
        this.seed = seed;
    }

    /**
     * A disk of a format and size in bytes, with what VMware would choose for the rest. A link of size 0 gets that of its
     * parent.
     *
     * @throws IllegalArgumentException if the size is negative
     */
    public static CreateSpec of(DiskFormat format, long capacity) {
        return new CreateSpec(format, capacity, DiskFacts.ofNewDisk(), 0, 0, null, "");
    }

    /** Of another size. */
    public CreateSpec withCapacity(long other) {
        return new CreateSpec(format, other, facts, grainBytes, extentBytes, parent, seed);
    }

    /** Saying other things of itself. */
    public CreateSpec withFacts(DiskFacts other) {
        return new CreateSpec(format, capacity, other, grainBytes, extentBytes, parent, seed);
    }

    /** On another adapter. */
    public CreateSpec withAdapter(AdapterType other) {
        return withFacts(facts.withAdapter(other));
    }

    /** For another hardware version. */
    public CreateSpec withHardwareVersion(int other) {
        return withFacts(facts.withHardwareVersion(other));
    }

    /** With another grain size. */
    public CreateSpec withGrainBytes(int other) {
        return new CreateSpec(format, capacity, facts, other, extentBytes, parent, seed);
    }

    /** With another size of the parts of a split disk. */
    public CreateSpec withExtentBytes(long other) {
        return new CreateSpec(format, capacity, facts, grainBytes, other, parent, seed);
    }

    /** The unit in which such a disk grows: its grain, or a sector. */
    public int unitBytes() {
        if (format == DiskFormat.STREAM_OPTIMIZED) {
            return grainBytes == 0 ? StreamWriter.GRAIN_BYTES : grainBytes;
        }
        return Formats.ofDiskFormat(format.word())
                .map(sparse -> sparse.grainBytes(grainBytes))
                .orElse(SECTOR);
    }

    /**
     * With identifiers that follow from {@code other} and the disk's name, so that the same work makes the same file.
     *
     * @param other what tells its content from others, such as {@code ContentSeed} finds
     */
    public CreateSpec withSeed(String other) {
        return new CreateSpec(format, capacity, facts, grainBytes, extentBytes, parent, other);
    }

    /** As a link on top of another disk. */
    public CreateSpec withParent(Path other) {
        return new CreateSpec(format, capacity, facts, grainBytes, extentBytes, other, seed);
    }

    /** Its format. */
    public DiskFormat format() {
        return format;
    }

    /** Virtual size in bytes; rounded up to a whole sector. */
    public long capacity() {
        return capacity;
    }

    /** What it says of itself: adapter, hardware version, geometry and more. */
    public DiskFacts facts() {
        return facts;
    }

    /** The grain of sparse formats in bytes, or 0 for the format's own. */
    public int grainBytes() {
        return grainBytes;
    }

    /** The size of the parts of split formats in bytes, or 0 for 2047 MiB. */
    public long extentBytes() {
        return extentBytes;
    }

    /** The disk below, or null. */
    public @Nullable Path parent() {
        return parent;
    }

    /** What its identifiers are derived from, together with its name, or empty: then they are random. */
    public String seed() {
        return seed;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CreateSpec that
                && format.equals(that.format)
                && capacity == that.capacity
                && facts.equals(that.facts)
                && grainBytes == that.grainBytes
                && extentBytes == that.extentBytes
                && Objects.equals(parent, that.parent)
                && seed.equals(that.seed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(format, capacity, facts, grainBytes, extentBytes, parent, seed);
    }

    @Override
    public String toString() {
        return "CreateSpec[format=" + format + ", capacity=" + capacity + ", facts=" + facts + ", grainBytes="
                + grainBytes + ", extentBytes=" + extentBytes + ", parent=" + parent + ", seed=" + seed + "]";
    }
}

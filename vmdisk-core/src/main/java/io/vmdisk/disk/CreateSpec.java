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
 * The settings of a new disk. Begin with {@link #of}; each {@code with…} returns a changed copy.
 *
 * <p>Only signs are checked here. What a format can't have is refused when the disk is made.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class CreateSpec {
    /** The version for new disks: Workstation 16.2 and later and ESXi 7.0 U2 and later run it. */
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
     * A new disk, with what VMware would choose for all but format and size. A guest may not boot from a copy that is
     * made so, since it has another adapter and geometry than its source: {@link #copyOf} keeps them.
     *
     * @param format how the disk is stored
     * @param capacity virtual size in bytes, rounded up to a multiple of 512; a link of size 0 gets the size of its
     *     parent
     * @return the spec
     * @throws IllegalArgumentException if the size is negative
     */
    public static CreateSpec of(DiskFormat format, long capacity) {
        return new CreateSpec(format, capacity, DiskFacts.ofNewDisk(), 0, 0, null, "");
    }

    /**
     * A disk that can take the place of another: it has its size, and says what it says of adapter, hardware version,
     * geometry, guest tools, UUID and more, as {@link DiskFacts#keptFrom} chooses. A copy that runs beside its source
     * needs a UUID of its own: {@link DiskFacts#withFreshIdentity}.
     *
     * @param source the disk to copy, with its parents; it is not kept
     * @param format how the copy is stored
     * @return the spec
     */
    public static CreateSpec copyOf(VirtualDisk source, DiskFormat format) {
        return of(format, source.capacity())
                .withFacts(DiskFacts.keptFrom(source.chain().descriptors(), DiskFacts.Identity.KEPT));
    }

    /**
     * With another size.
     *
     * @param other virtual size in bytes, rounded up to a multiple of 512
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public CreateSpec withCapacity(long other) {
        return new CreateSpec(format, other, facts, grainBytes, extentBytes, parent, seed);
    }

    /**
     * With other facts about itself.
     *
     * @param other adapter, hardware version, geometry and more
     * @return a changed copy
     */
    public CreateSpec withFacts(DiskFacts other) {
        return new CreateSpec(format, capacity, other, grainBytes, extentBytes, parent, seed);
    }

    /**
     * For another adapter.
     *
     * @param other the controller
     * @return a changed copy
     */
    public CreateSpec withAdapter(AdapterType other) {
        return withFacts(facts.withAdapter(other));
    }

    /**
     * For another hardware version.
     *
     * @param other at least {@link DiskFacts#OLDEST_HARDWARE_VERSION}
     * @return a changed copy
     * @throws IllegalArgumentException if it is older
     */
    public CreateSpec withHardwareVersion(int other) {
        return withFacts(facts.withHardwareVersion(other));
    }

    /**
     * With another grain size.
     *
     * @param other the grain of sparse formats in bytes, a multiple of 512, or 0 for the format's own
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public CreateSpec withGrainBytes(int other) {
        return new CreateSpec(format, capacity, facts, other, extentBytes, parent, seed);
    }

    /**
     * With another size of the parts of a split disk.
     *
     * @param other the size in bytes, or 0 for 2047 MiB
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public CreateSpec withExtentBytes(long other) {
        return new CreateSpec(format, capacity, facts, grainBytes, other, parent, seed);
    }

    /**
     * {@return the unit in which a disk of this spec grows, in bytes: its grain, or 512 for a format without grains}
     */
    public int unitBytes() {
        if (format == DiskFormat.STREAM_OPTIMIZED) {
            return grainBytes == 0 ? StreamWriter.GRAIN_BYTES : grainBytes;
        }
        return Formats.ofDiskFormat(format.word())
                .map(sparse -> sparse.grainBytes(grainBytes))
                .orElse(SECTOR);
    }

    /**
     * With identifiers that follow from a seed and the disk's name, so that the same work makes the same file.
     *
     * @param other what distinguishes its content from that of other disks; empty for random identifiers
     * @return a changed copy
     */
    public CreateSpec withSeed(String other) {
        return new CreateSpec(format, capacity, facts, grainBytes, extentBytes, parent, other);
    }

    /**
     * As a link on top of another disk.
     *
     * @param other the parent
     * @return a changed copy
     */
    public CreateSpec withParent(Path other) {
        return new CreateSpec(format, capacity, facts, grainBytes, extentBytes, other, seed);
    }

    /** {@return how the disk is stored} */
    public DiskFormat format() {
        return format;
    }

    /** {@return virtual size in bytes, a multiple of 512; 0 for a link with the size of its parent} */
    public long capacity() {
        return capacity;
    }

    /** {@return what the disk says of itself: adapter, hardware version, geometry and more} */
    public DiskFacts facts() {
        return facts;
    }

    /** {@return the grain of sparse formats in bytes, or 0 for the format's own} */
    public int grainBytes() {
        return grainBytes;
    }

    /** {@return the size of the parts of split formats in bytes, or 0 for 2047 MiB} */
    public long extentBytes() {
        return extentBytes;
    }

    /** {@return the disk below, or null if there is none} */
    public @Nullable Path parent() {
        return parent;
    }

    /** {@return the seed from which, with the disk's name, the identifiers follow; empty if they are random} */
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

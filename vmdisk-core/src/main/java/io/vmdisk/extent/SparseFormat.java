package io.vmdisk.extent;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The door of a sparse format: all that others may ask of its folder. Each format has one, and {@code format.Formats}
 * lists them.
 *
 * <p>A method is handed a file and leaves it open, but for the two that open an extent, which then owns it. What changes a
 * file wants it for itself: no extent is open on it. Formats have no state, and so are safe for many threads.
 */
public interface SparseFormat {
    // What it is called, and how it is told.

    /** Its name, for people. */
    String name();

    /** The word that extent lines of descriptors have for it. */
    String extentWord();

    /** The {@code createType} of a disk that is one such file and has no descriptor. */
    String bareCreateType();

    /** The words of the disk formats whose extents are such files. */
    Set<String> diskFormats();

    /** Whether a file that begins so is of this format. */
    boolean hasMagic(ByteBuffer start);

    // Opening and looking.

    /** Virtual size of an extent in bytes, as its header gives it. */
    long capacityBytes(BlockFile file) throws IOException;

    /** Opens an extent for reading; if that fails the file is still the caller's. */
    Extent open(BlockFile file, TableCache cache) throws IOException;

    /**
     * Opens a damaged extent for salvage: what can't be read of it is told as lost; only its header must be whole. If that
     * fails the file is still the caller's.
     */
    default Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        return open(file, cache);
    }

    /**
     * Opens an extent for reading and writing; if that fails the file is still the caller's.
     *
     * @throws UnsafeStateException if a write could do harm: the file is damaged, or was not closed in order
     */
    WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException;

    /** All that is wrong with a file. */
    List<Finding> check(BlockFile file, Progress progress) throws IOException;

    /**
     * The descriptor inside a file, if there is one.
     *
     * @param limit the most to read of it, bytes
     */
    default Optional<EmbeddedDescriptor> embeddedDescriptor(BlockFile file, int limit) throws IOException {
        return Optional.empty();
    }

    /**
     * The same of a damaged file, as far as it is there.
     *
     * @param limit the most to read of it, bytes
     */
    default Optional<EmbeddedDescriptor> damagedDescriptor(BlockFile file, int limit) throws IOException {
        return Optional.empty();
    }

    /** Virtual size of a damaged extent in bytes: only its header must be whole, and nothing else is looked at. */
    default long damagedCapacityBytes(BlockFile file) throws IOException {
        return capacityBytes(file);
    }

    /** The byte behind the last one that the header says is in use; 0 for a format whose header does not say. */
    default long usedBytes(BlockFile file) throws IOException {
        return 0;
    }

    /** Whether files of this format can have their descriptor inside. */
    default boolean embedsDescriptors() {
        return newDescriptorArea().isPresent();
    }

    /**
     * The room for a descriptor inside a file.
     *
     * @throws io.vmdisk.MalformedFileException if it has none
     */
    default DescriptorRoom descriptorRoom(BlockFile file) throws IOException {
        throw new IllegalStateException("descriptors stand beside files of format " + name());
    }

    // Making.

    /**
     * The grain of a new file, bytes.
     *
     * @param wanted bytes, or 0 for what is usual; formats that have but one grain take no notice
     */
    int grainBytes(int wanted);

    /** The most that a disk of this format can have, bytes, as far as that does not hang on its grain. */
    default long maxCapacityBytes() {
        return Long.MAX_VALUE;
    }

    /** Refuses a disk that is larger than {@link #maxCapacityBytes}. */
    default void requireCapacity(long capacityBytes, Path disk) throws LimitExceededException {}

    /** Refuses what {@link #create} can't make, in words about {@code disk}; touches no file. */
    default void require(NewExtent extent, Path disk) throws LimitExceededException {
        requireCapacity(extent.capacityBytes(), disk);
    }

    /** Makes an empty extent of an empty file. */
    void create(BlockFile file, NewExtent extent) throws IOException;

    /**
     * Bytes that making an empty extent writes; all else of its file is a hole.
     *
     * @param file for error texts
     * @throws LimitExceededException as making it would
     */
    long writtenBytes(NewExtent extent, Path file) throws LimitExceededException;

    /**
     * Length of the file of an empty extent, bytes.
     *
     * @param file for error texts
     * @throws LimitExceededException as making it would
     */
    long emptyFileBytes(NewExtent extent, Path file) throws LimitExceededException;

    /**
     * Bytes of the tables that come into being with the data, at most.
     *
     * @param data bytes, each at a place of its own at worst
     */
    default long tableBytes(long capacityBytes, long data) {
        return 0;
    }

    /** Where in a new file its descriptor goes; empty if this format has no room for one. */
    default Optional<ByteRange> newDescriptorArea() {
        return Optional.empty();
    }

    // Growing and shrinking.

    /** Whether a file can grow to this capacity as it is; if not it is written anew. */
    default boolean hasTablesFor(BlockFile file, long capacityBytes) throws IOException {
        return false;
    }

    /**
     * Makes an extent larger in place, if it is smaller; asked only after {@link #hasTablesFor}. The new part reads as
     * zeros, or as the parent. A crash leaves the old extent or the new one.
     *
     * @param capacityBytes a multiple of 512
     */
    default void grow(BlockFile file, long capacityBytes) throws IOException {
        throw new IllegalStateException("files of format " + name() + " do not grow in place");
    }

    /** Whether extents can become smaller in place. */
    default boolean canShrink() {
        return false;
    }

    /**
     * Makes an extent smaller; the file keeps its length.
     *
     * @param capacityBytes a positive multiple of 512; no grain is stored behind it
     */
    default void shrink(BlockFile file, long capacityBytes) throws IOException {
        throw new IllegalStateException("files of format " + name() + " do not shrink in place");
    }

    // Repairing.

    /**
     * What a repair of a file's metadata would do, if there is something to do; writes nothing.
     *
     * @throws UnsafeStateException if it can't be decided what is right
     * @throws UnsupportedFeatureException if the file can't be changed in place
     */
    default Optional<MetadataRepair> planRepair(BlockFile file) throws IOException {
        return Optional.empty();
    }

    /** Repairs a file's metadata as planned; no guest data is touched. Can be made again after a crash. */
    default void repair(BlockFile file, Progress progress) throws IOException {
        throw new IllegalStateException("nothing was planned for a file of format " + name());
    }

    /** Whether a file keeps a list of its free grains, so that a repair gives leaked ones back. */
    default boolean listsFreeGrains() {
        return false;
    }

    // Giving space back.

    /** How a file is made smaller. */
    default Packing packing() {
        return Packing.IN_PLACE;
    }

    /** How files of a format are made smaller. */
    enum Packing {
        /** Grains move, then the file is cut. */
        IN_PLACE,
        /** It is written anew beside itself. */
        REWRITE
    }

    /** Length that a file would have after packing, bytes; changes nothing. */
    default long packedBytes(BlockFile file, Progress progress) throws IOException {
        return file.size();
    }

    /** Packs a file in place. */
    default void pack(BlockFile file, Progress progress) throws IOException {
        throw new IllegalStateException("files of format " + name() + " are not packed in place");
    }

    /** Writes what a file holds into a fresh one, packed. */
    default void packInto(BlockFile file, BlockFile fresh, Progress progress) throws IOException {
        throw new IllegalStateException("files of format " + name() + " are not written anew");
    }

    /** Tells the stretches of a sound file that take space for nothing, ascending. */
    default void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {}
}

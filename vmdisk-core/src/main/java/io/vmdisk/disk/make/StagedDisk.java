package io.vmdisk.disk.make;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.extent.flat.FlatFormat.Provisioning;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A new disk in the making: all its files lie in a folder of their own beside the target until {@link #publish} moves
 * them to their names, the descriptor last. Closing it unpublished removes them, so neither a cancel nor a failure
 * leaves parts of a disk behind; what a crash leaves is done with by {@link #recover}. What can be known to be
 * impossible, for want of room too, is refused before there is a file.
 */
public final class StagedDisk implements Closeable {
    private final Volume volume;
    private NewDisk made;
    private final StagingFolder folder;

    private StagedDisk(Volume volume, NewDisk made, StagingFolder folder) {
        this.volume = volume;
        this.made = made;
        this.folder = folder;
    }

    /**
     * Checks all that is known of a new disk beforehand, as making it would; changes nothing.
     *
     * @param target where it will be; must not exist
     * @return what the disk takes while it is empty
     */
    public static DiskRoom rehearse(Path target, CreateSpec spec, Volume volume) throws IOException {
        return NewDisk.of(target, withParentCapacity(spec, volume), volume).room(volume, Reserve.FIRST);
    }

    /**
     * Makes an empty disk, not yet under its name.
     *
     * @param target where the disk (its descriptor, or the raw file) will be; must not exist
     */
    public static StagedDisk create(Path target, CreateSpec spec, Volume volume, Progress progress) throws IOException {
        return create(target, spec, volume, progress, Reserve.FIRST);
    }

    /**
     * Makes an empty disk, not yet under its name.
     *
     * @param target where the disk (its descriptor, or the raw file) will be; must not exist
     * @param reserve if it is thick, when it gets its space; if last, by {@link #reserveRest}
     */
    public static StagedDisk create(Path target, CreateSpec spec, Volume volume, Progress progress, Reserve reserve)
            throws IOException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    target,
                    "a stream-optimised disk is written once, from front to back",
                    "convert another disk to it");
        }
        StagedDisk staged = begin(target, spec, volume, reserve);
        try {
            staged.write(progress, reserve);
            return staged;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(staged));
            throw e;
        }
    }

    private static StagedDisk begin(Path target, CreateSpec spec, Volume volume, Reserve reserve) throws IOException {
        NewDisk made = NewDisk.of(target, spec, volume);
        made.room(volume, reserve).require();
        StagingFolder folder = StagingFolder.open(volume, target, files(target, spec));
        return new StagedDisk(folder.volume(), made, folder);
    }

    /** All files that a disk made from {@code spec} has, its descriptor or raw file first. */
    public static List<Path> files(Path target, CreateSpec spec) throws IOException {
        return DiskParts.files(spec, target);
    }

    /**
     * Begins a stream-optimised disk, not yet under its name and without a byte: {@link #openStream} gives its file.
     *
     * @param target where it will be; must not exist
     */
    public static StagedDisk createStream(Path target, CreateSpec spec, Volume volume) throws IOException {
        StreamDescriptor.requireStream(spec, target);
        return begin(target, spec, volume, Reserve.FIRST);
    }

    /**
     * Begins an image that is no VMware disk, not yet under its name and without a byte: {@link #openStream} gives its file.
     *
     * @param target where it will be; must not exist
     * @param capacity of the disk in it, bytes; rounded up to a whole sector
     */
    public static StagedDisk createImage(Path target, long capacity, Volume volume) throws IOException {
        return begin(target, CreateSpec.of(DiskFormat.RAW, capacity), volume, Reserve.FIRST);
    }

    /**
     * Begins a disk with one flat extent whose size is known only when its data has come: {@link #openStream} gives the
     * extent's file, {@link #end} makes it a disk.
     *
     * @param target where the disk (its descriptor, or the raw file) will be; must not exist
     * @param spec of a thin flat format; its capacity does not count
     */
    public static StagedDisk createOpenEnded(Path target, CreateSpec spec, Volume volume) throws IOException {
        if (!canBeOpenEnded(spec.format())) {
            throw new IllegalArgumentException("its size must be known: " + spec.format());
        }
        return begin(target, spec.withCapacity(ExtentPlace.SECTOR), volume, Reserve.FIRST);
    }

    /** Whether a disk of a format can be made before its size is known. */
    public static boolean canBeOpenEnded(DiskFormat format) {
        return switch (format) {
            case RAW, MONOLITHIC_FLAT, VMFS_THIN -> true;
            default -> false;
        };
    }

    /**
     * Ends a disk that was begun without a size.
     *
     * @param capacity what it has become, bytes; rounded up to a whole sector
     */
    public void end(long capacity) throws IOException {
        made = NewDisk.of(made.target(), spec().withCapacity(capacity), volume);
        made.room(volume, Reserve.FIRST).require();
        try (BlockFile file = volume.open(onlyExtent(), OpenMode.WRITE)) {
            file.setSize(spec().capacity());
        }
        if (made.descriptor().isPresent()) {
            write(made.descriptor().get());
        }
    }

    private Path onlyExtent() {
        return folder.resolve(made.extents().get(0).file().orElseThrow());
    }

    /** Makes the one file of a stream-optimised disk or an image, for writing it from front to back; the caller closes it. */
    public BlockFile openStream() throws IOException {
        if (spec().format() != DiskFormat.STREAM_OPTIMIZED && !canBeOpenEnded(spec().format())) {
            throw new IllegalStateException("not one file: " + spec().format());
        }
        return volume.open(onlyExtent(), OpenMode.CREATE);
    }

    private void write(Progress progress, Reserve reserve) throws IOException {
        for (ExtentLine line : made.extents()) {
            try (BlockFile file = volume.open(folder.resolve(line.file().orElseThrow()), OpenMode.CREATE)) {
                create(file, line.sectors(), progress, reserve);
            }
        }
        if (made.descriptor().isPresent()) {
            write(made.descriptor().get());
        }
    }

    private void create(BlockFile file, long sectors, Progress progress, Reserve reserve) throws IOException {
        long bytes = Math.multiplyExact(sectors, (long) ExtentPlace.SECTOR);
        switch (spec().format()) {
            case MONOLITHIC_FLAT, TWO_GB_FLAT, VMFS_THIN, RAW, VMFS, VMFS_EAGER ->
                FlatFormat.create(file, bytes, reserve == Reserve.FIRST ? provisioning() : Provisioning.THIN, progress);
            default ->
                new SpecExtents(spec())
                        .sparseFormat()
                        .orElseThrow()
                        .create(file, new SpecExtents(spec()).extent(bytes));
        }
    }

    private Provisioning provisioning() {
        return switch (spec().format()) {
            case VMFS -> Provisioning.THICK;
            case VMFS_EAGER -> Provisioning.EAGER_ZEROED;
            default -> Provisioning.THIN;
        };
    }

    /** Gives a thick disk the space that its data has left it without; others stay as they are. For a disk that is not open. */
    public void reserveRest(Progress progress) throws IOException {
        if (spec().format().isThick()) {
            for (ExtentLine line : made.extents()) {
                try (BlockFile file = volume.open(folder.resolve(line.file().orElseThrow()), OpenMode.WRITE)) {
                    FlatFormat.fillHoles(file, provisioning(), progress);
                }
            }
        }
    }

    private void write(Descriptor text) throws IOException {
        if (new SpecExtents(spec()).descriptorArea().isPresent()) {
            ByteRange area = new SpecExtents(spec()).descriptorArea().get();
            try (BlockFile file = volume.open(folder.last(), OpenMode.WRITE)) {
                file.writeFully(area.start(), ByteBuffer.wrap(text.toEmbedded(Math.toIntExact(area.length()))));
            }
        } else {
            try (BlockFile file = volume.open(folder.last(), OpenMode.CREATE)) {
                file.writeFully(0, ByteBuffer.wrap(text.toBytes()));
            }
        }
    }

    /** Opens the disk in the making for writing; close it before {@link #publish}. */
    public VirtualDisk open() throws IOException {
        OpenOptions writable = OpenOptions.readOnly().withVolume(volume).withAccess(OpenOptions.Access.WRITE);
        if (!spec().seed().isEmpty()) {
            // It has the mark of what it is going to hold already.
            writable = writable.withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
        }
        if (spec().format() == DiskFormat.RAW) {
            return VirtualDisk.openRaw(folder.last(), writable);
        }
        Path parent = spec().parent();
        return VirtualDisk.open(folder.last(), parent == null ? writable : writable.withParent(parent));
    }

    /** What is being made. */
    public CreateSpec spec() {
        return made.spec();
    }

    /** Makes all of it durable and gives it its name, the descriptor last. If it fails no file has its name. */
    public void publish() throws IOException {
        folder.publish();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }

    /**
     * Does with what crashes left in a folder of disks in the making: a disk that was complete but for its names gets
     * them, what is there of others is removed. Disks that another vmdisk is making are let be.
     *
     * @throws io.vmdisk.UnsafeStateException if a name that a disk was about to get is taken
     */
    public static StagedRecovery recover(Volume volume, Path folder) throws IOException {
        StagedRecovery all = StagedRecovery.NOTHING;
        for (Path target : unfinished(volume, folder)) {
            StagedRecovery one = recoverOne(volume, AtomicName.beside(target));
            all = one.compareTo(all) > 0 ? one : all;
        }
        return all;
    }

    /**
     * Removes what there is of a disk in the making, as far as vmdisk made it.
     *
     * @param target where it would have been
     */
    public static void discard(Volume volume, Path target) throws IOException {
        StagingFolder.discard(volume, target);
    }

    /** The disks that are being made in a folder, or were when a crash came. */
    public static List<Path> unfinished(Volume volume, Path folder) throws IOException {
        List<Path> targets = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            if (AtomicName.isUnfinished(entry) && StagingFolder.isOne(volume, entry)) {
                targets.add(AtomicName.finished(entry));
            }
        }
        return targets;
    }

    private static StagedRecovery recoverOne(Volume volume, Path entry) throws IOException {
        try {
            return StagingFolder.recover(volume, entry);
        } catch (NoSuchFileException e) {
            // Its maker is alive, and was done in this moment.
            return StagedRecovery.NOTHING;
        }
    }

    /** Makes a disk and gives it its name at once. Without a capacity it has that of its parent. */
    public static void createEmpty(Path target, CreateSpec spec, Progress progress) throws IOException {
        createEmpty(target, spec, Volume.system(), progress);
    }

    /** Makes a disk in the files of {@code volume} and gives it its name at once. */
    public static void createEmpty(Path target, CreateSpec spec, Volume volume, Progress progress) throws IOException {
        try (StagedDisk staged = create(target, withParentCapacity(spec, volume), volume, progress)) {
            staged.publish();
        }
    }

    private static CreateSpec withParentCapacity(CreateSpec spec, Volume volume) throws IOException {
        Optional<Path> parent = Optional.ofNullable(spec.parent());
        if (parent.isEmpty() || spec.capacity() != 0) {
            return spec;
        }
        long capacity = DiskChain.of(parent.get(), OpenOptions.readOnly().withVolume(volume))
                .top()
                .capacity();
        return spec.withCapacity(capacity);
    }
}

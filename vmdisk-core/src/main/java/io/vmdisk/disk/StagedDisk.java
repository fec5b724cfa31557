package io.vmdisk.disk;

import io.vmdisk.BrokenChainException;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.extent.cowd.CowdExtents;
import io.vmdisk.extent.flat.FlatCreation;
import io.vmdisk.extent.hosted.HostedCreation;
import io.vmdisk.extent.sesparse.SeSparseExtents;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A new disk in the making: all its files lie in a folder of their own beside the target until {@link #publish} moves
 * them to their names, the descriptor last. Closing it unpublished removes them, so neither a cancel nor a failure
 * leaves parts of a disk behind; after a crash only that folder is left, and it may be removed.
 */
public final class StagedDisk implements Closeable {
    private final Volume volume;
    private final Path target;
    private final Path folder;
    private final CreateSpec spec;
    private boolean published;

    private StagedDisk(Volume volume, Path target, Path folder, CreateSpec spec) {
        this.volume = volume;
        this.target = target;
        this.folder = folder;
        this.spec = spec;
    }

    /**
     * Makes an empty disk, not yet under its name.
     *
     * @param target where the disk (its descriptor, or the raw file) will be; must not exist
     */
    public static StagedDisk create(Path target, CreateSpec spec, Volume volume, Progress progress) throws IOException {
        List<ExtentLine> extents = DiskParts.of(checked(target, spec), target);
        refuseTaken(volume, target, spec);
        Path folder = AtomicName.beside(target);
        removeLeftovers(volume, folder);
        volume.createFolder(folder);
        StagedDisk staged = new StagedDisk(volume, target, folder, spec);
        try {
            staged.write(extents, progress);
            return staged;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(staged));
            throw e;
        }
    }

    /** All files that a disk made from {@code spec} has, its descriptor or raw file first. */
    public static List<Path> files(Path target, CreateSpec spec) throws IOException {
        List<Path> files = new ArrayList<>(List.of(target));
        for (ExtentLine line : DiskParts.of(spec, target)) {
            line.file()
                    .map(target::resolveSibling)
                    .filter(file -> !file.equals(target))
                    .ifPresent(files::add);
        }
        return files;
    }

    /**
     * Begins a stream-optimised disk, not yet under its name and without a byte: {@link #openStream} gives its file.
     *
     * @param target where it will be; must not exist
     */
    public static StagedDisk createStream(Path target, CreateSpec spec, Volume volume) throws IOException {
        StreamDescriptor.requireStream(spec, target);
        refuseTaken(volume, target, spec);
        Path folder = AtomicName.beside(target);
        removeLeftovers(volume, folder);
        volume.createFolder(folder);
        return new StagedDisk(volume, target, folder, spec);
    }

    /** Makes the one file of a stream-optimised disk, for writing it from front to back; the caller closes it. */
    public BlockFile openStream() throws IOException {
        if (spec.format() != DiskFormat.STREAM_OPTIMIZED) {
            throw new IllegalStateException("not a stream: " + spec.format());
        }
        return volume.open(descriptor(), OpenMode.CREATE);
    }

    private static CreateSpec checked(Path target, CreateSpec spec) throws IOException {
        if (spec.capacity() == 0) {
            throw new LimitExceededException("capacity", target, "a disk of 0 bytes: it has at least a sector", null);
        }
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    target,
                    "a stream-optimised disk is written once, from front to back",
                    "convert another disk to it");
        }
        if (spec.parent() != null && !spec.format().canBeDelta()) {
            throw new UnsupportedFeatureException(
                    "delta-format",
                    target,
                    "a disk of format " + spec.format().word() + " can't have a parent",
                    "use monolithicSparse, twoGbMaxExtentSparse, vmfsSparse or seSparse");
        }
        return spec;
    }

    private static void refuseTaken(Volume volume, Path target, CreateSpec spec) throws IOException {
        for (Path path : files(target, spec)) {
            if (volume.exists(path)) {
                throw new UnsafeStateException(
                        "exists", path, "the file exists", "choose another name, or remove the old disk first");
            }
        }
    }

    private static void removeLeftovers(Volume volume, Path folder) throws IOException {
        if (volume.exists(folder)) {
            for (Path file : volume.list(folder)) {
                volume.delete(file);
            }
            volume.delete(folder);
        }
    }

    private Path staged(String name) {
        return folder.resolve(name);
    }

    private Path descriptor() {
        return staged(String.valueOf(target.getFileName()));
    }

    private void write(List<ExtentLine> extents, Progress progress) throws IOException {
        for (ExtentLine line : extents) {
            try (BlockFile file = volume.open(staged(line.file().orElseThrow()), OpenMode.CREATE)) {
                create(file, line.sectors(), progress);
            }
        }
        if (spec.format() != DiskFormat.RAW) {
            writeDescriptor(extents);
        }
    }

    private void create(BlockFile file, long sectors, Progress progress) throws IOException {
        long bytes = Math.multiplyExact(sectors, (long) ExtentPlace.SECTOR);
        int grainSectors = CapacityLimits.grainSectors(spec);
        switch (spec.format()) {
            case MONOLITHIC_SPARSE ->
                HostedCreation.create(file, sectors, grainSectors, HostedCreation.DescriptorArea.EMBEDDED);
            case TWO_GB_SPARSE ->
                HostedCreation.create(file, sectors, grainSectors, HostedCreation.DescriptorArea.SEPARATE);
            case MONOLITHIC_FLAT, TWO_GB_FLAT, VMFS_THIN, RAW ->
                FlatCreation.create(file, bytes, FlatCreation.Provisioning.THIN, progress);
            case VMFS -> FlatCreation.create(file, bytes, FlatCreation.Provisioning.THICK, progress);
            case VMFS_EAGER -> FlatCreation.create(file, bytes, FlatCreation.Provisioning.EAGER_ZEROED, progress);
            case VMFS_SPARSE -> {
                if (spec.parent() == null) {
                    CowdExtents.createBase(file, bytes);
                } else {
                    CowdExtents.createDelta(file, bytes);
                }
            }
            case SE_SPARSE -> SeSparseExtents.create(file, bytes);
            case STREAM_OPTIMIZED -> throw new IllegalStateException("checked before");
        }
    }

    private void writeDescriptor(List<ExtentLine> extents) throws IOException {
        Descriptor text = new DescriptorForm(new SecureRandom()).write(spec, target, extents, parent());
        if (spec.format() == DiskFormat.MONOLITHIC_SPARSE) {
            try (BlockFile file = volume.open(descriptor(), OpenMode.WRITE)) {
                file.writeFully(
                        HostedCreation.descriptorOffset(),
                        ByteBuffer.wrap(text.toEmbedded(HostedCreation.descriptorBytes())));
            }
        } else {
            try (BlockFile file = volume.open(descriptor(), OpenMode.CREATE)) {
                file.writeFully(0, ByteBuffer.wrap(text.toBytes()));
            }
        }
    }

    private @Nullable DiskLink parent() throws IOException {
        Path path = spec.parent();
        if (path == null) {
            return null;
        }
        DiskLink parent = DiskChain.of(path, options()).top();
        if (parent.contentId().isNone()) {
            throw new BrokenChainException(
                    "no-content-id",
                    path,
                    "it has no content ID, so no disk can be made on top of it",
                    "convert it to a disk with a descriptor first");
        }
        return parent;
    }

    private OpenOptions options() {
        return OpenOptions.readOnly().withVolume(volume);
    }

    /** Opens the disk in the making for writing; close it before {@link #publish}. */
    public VirtualDisk open() throws IOException {
        OpenOptions writable = options().withAccess(OpenOptions.Access.WRITE);
        if (spec.format() == DiskFormat.RAW) {
            return VirtualDisk.openRaw(descriptor(), writable);
        }
        Path parent = spec.parent();
        return VirtualDisk.open(descriptor(), parent == null ? writable : writable.withParent(parent));
    }

    /** What is being made. */
    public CreateSpec spec() {
        return spec;
    }

    /** Makes all of it durable and gives it its name, the descriptor last. */
    public void publish() throws IOException {
        Path last = descriptor();
        List<Path> files = new ArrayList<>(volume.list(folder));
        for (Path file : files) {
            try (BlockFile opened = volume.open(file, OpenMode.WRITE)) {
                opened.force();
            }
        }
        files.remove(last);
        files.add(last);
        for (Path file : files) {
            Path name = target.resolveSibling(String.valueOf(file.getFileName()));
            if (volume.exists(name)) {
                throw new UnsafeStateException(
                        "exists", name, "the file appeared while the disk was made", "choose another name");
            }
        }
        forceNames();
        for (Path file : files) {
            if (file.equals(last)) {
                forceNames();
            }
            volume.rename(file, target.resolveSibling(String.valueOf(file.getFileName())));
        }
        forceNames();
        published = true;
    }

    /** A move between folders is durable when both know of it. */
    private void forceNames() throws IOException {
        volume.forceNames(folder);
        volume.forceNames(AtomicName.folderOf(target));
    }

    @Override
    public void close() throws IOException {
        if (published) {
            if (volume.exists(folder)) {
                volume.delete(folder);
            }
        } else {
            removeLeftovers(volume, folder);
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
        return new CreateSpec(
                spec.format(),
                capacity,
                spec.adapter(),
                spec.hardwareVersion(),
                spec.grainBytes(),
                spec.extentBytes(),
                parent.get());
    }
}

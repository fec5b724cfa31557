package io.vmdisk.repair;

import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.look.FileStart;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a new disk of all that can be read of a damaged one and its parents.
 *
 * <p>A stream that lost its first bytes is no disk that can be opened, but {@link StreamSalvage} finds its grains.
 */
public final class DiskSalvage {
    /** The finding of a salvage that what was read may be wrong although it is not lost. */
    public static final String DOUBT = "salvage.doubt";

    private final Path damaged;
    private final OpenOptions options;
    private final Progress progress;

    /** @param options how the damaged disk is opened; what is lost reads as zeros unless they say otherwise */
    public DiskSalvage(Path damaged, OpenOptions options, Progress progress) {
        this.damaged = damaged;
        this.options = options.damage() == OpenOptions.Damage.REFUSED
                ? options.withDamage(OpenOptions.Damage.AS_ZEROS)
                : options;
        this.progress = progress;
    }

    /**
     * Saves what can be read. Meanwhile nobody may change what is left of the disk and its parents.
     *
     * @param target the new disk, which must not exist
     * @return which ranges are lost, and what was odd
     * @throws io.vmdisk.UnsafeStateException {@code locked} if somebody writes to one of the files
     */
    public Imported into(Path target, DiskFormat format) throws IOException {
        OpenOptions still = options.withAccess(OpenOptions.Access.READ_STILL);
        DiskChain chain;
        try {
            chain = DiskChain.of(damaged, still);
        } catch (MalformedFileException | UnsupportedFeatureException e) {
            requireMayBeStream(e);
            return StreamSalvage.run(damaged, target, format, options.volume(), progress);
        }
        if (chain.top().descriptor().createType() == CreateType.STREAM_OPTIMIZED) {
            return StreamSalvage.run(damaged, target, format, options.volume(), progress);
        }
        try (VirtualDisk disk = VirtualDisk.open(chain, still)) {
            converter().convert(disk, target, CreateSpec.copyOf(disk, format));
            List<Finding> doubts = disk.doubts().stream()
                    .map(doubt -> new Finding(DOUBT, Finding.Severity.WARNING, null, -1, doubt, ""))
                    .toList();
            return new Imported(disk.capacity(), disk.lost(), doubts);
        }
    }

    /**
     * Says what {@link #into} is going to cost, and refuses what it would refuse.
     *
     * @return empty for a stream that lost its first bytes: only reading all of it tells
     */
    public Optional<ConvertCost> rehearse(Path target, DiskFormat format) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(damaged, options)) {
            return Optional.of(converter().rehearse(disk, target, CreateSpec.copyOf(disk, format)));
        } catch (MalformedFileException | UnsupportedFeatureException e) {
            requireMayBeStream(e);
            return Optional.empty();
        }
    }

    private DiskConverter converter() {
        return new DiskConverter(Pipeline.defaultThreads(), options.volume(), progress);
    }

    private void requireMayBeStream(IOException failure) throws IOException {
        try (BlockFile file = options.volume().open(damaged, OpenMode.READ)) {
            Optional<SparseFormat> format = Formats.of(FileStart.of(file));
            if (format.isPresent() && !format.get().embedsDescriptors()) {
                throw failure;
            }
        }
    }
}

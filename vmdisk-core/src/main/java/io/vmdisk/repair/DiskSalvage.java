package io.vmdisk.repair;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileStart;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a new disk of all that can be read of a damaged one and its parents; the rest is zeros.
 *
 * <p>A stream that lost its first bytes is no disk that can be opened, but {@link StreamSalvage} finds its grains.
 */
public final class DiskSalvage {
    private DiskSalvage() {}

    /**
     * Saves what can be read. Meanwhile nobody may change what is left of the disk and its parents.
     *
     * @param target the new disk, which must not exist
     * @return which ranges are lost, and what was odd
     * @throws io.vmdisk.UnsafeStateException {@code locked} if somebody writes to one of the files
     */
    public static Imported run(Path damaged, Path target, DiskFormat format, Volume volume, Progress progress)
            throws IOException {
        OpenOptions options = OpenOptions.readOnly()
                .withAccess(OpenOptions.Access.READ_STILL)
                .withDamage(OpenOptions.Damage.AS_ZEROS)
                .withVolume(volume);
        DiskChain chain;
        try {
            chain = DiskChain.of(damaged, options);
        } catch (MalformedFileException | UnsupportedFeatureException e) {
            requireMayBeStream(damaged, volume, e);
            return StreamSalvage.run(damaged, target, format, volume, progress);
        }
        if (chain.top().descriptor().createType() == CreateType.STREAM_OPTIMIZED) {
            return StreamSalvage.run(damaged, target, format, volume, progress);
        }
        try (VirtualDisk disk = VirtualDisk.open(chain, options)) {
            CreateSpec spec = CreateSpec.of(format, disk.capacity())
                    .withFacts(DiskFacts.keptFrom(chain.descriptors(), DiskFacts.Identity.KEPT));
            new DiskConverter(Pipeline.defaultThreads(), volume, progress).convert(disk, target, spec);
            return new Imported(disk.capacity(), disk.lost(), List.of());
        }
    }

    private static void requireMayBeStream(Path damaged, Volume volume, IOException failure) throws IOException {
        try (BlockFile file = volume.open(damaged, OpenMode.READ)) {
            Optional<SparseFormat> format = Formats.of(FileStart.of(file));
            if (format.isPresent() && !format.get().embedsDescriptors()) {
                throw failure;
            }
        }
    }
}

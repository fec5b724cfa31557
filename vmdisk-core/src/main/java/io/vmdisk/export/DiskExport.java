package io.vmdisk.export;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.OrderedRead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * Writes the content of a disk and all its parents into an image of another hypervisor. The image appears under its name
 * only when it is complete and durable; whatever goes wrong before leaves nothing behind.
 *
 * <p>Holds only what it was made with; for one thread at a time, since its progress is one.
 *
 * @since 0.1
 */
public final class DiskExport {
    private final int threads;
    private final Volume volume;
    private final Progress progress;

    /**
     * An exporter.
     *
     * @param threads that read; {@link io.vmdisk.bulk.Pipeline#defaultThreads} is a good number
     */
    public DiskExport(int threads, Volume volume, Progress progress) {
        this.threads = threads;
        this.volume = volume;
        this.progress = progress;
    }

    /**
     * Refuses what {@link #run} would refuse, as far as it is known ahead; changes nothing.
     *
     * @return bytes that it would read at most
     */
    public long rehearse(VirtualDisk source, Path target, ExportFormat format) throws IOException {
        format.require(source.capacity(), target);
        StagedDisk.rehearse(target, CreateSpec.of(DiskFormat.RAW, source.capacity()), volume)
                .require();
        return DiskConverter.storedBytes(source);
    }

    /**
     * Makes a new image.
     *
     * @param target its file, which must not exist
     * @param identifiers where its UUIDs come from
     */
    public void run(VirtualDisk source, Path target, ExportFormat format, RandomGenerator identifiers)
            throws IOException {
        format.require(source.capacity(), target);
        try (StagedDisk staged = StagedDisk.createImage(target, source.capacity(), volume)) {
            try (BlockFile file = staged.openStream()) {
                ImageWriter writer = format.writer(file, staged.spec().capacity(), identifiers);
                new OrderedRead(threads, progress).read(source, format.unit(), "exporting", writer::write);
                writer.finish();
            }
            staged.publish();
        }
    }
}

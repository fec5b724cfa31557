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
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Writes the content of a disk and all its parents into an image of another hypervisor. The image gets its name only
 * when it is complete and durable; work that fails before leaves nothing behind.
 *
 * <p>Holds only what it was made with; for one thread at a time, since it has one progress.
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
     * @param threads how many workers read, at least 1; {@link io.vmdisk.bulk.Pipeline#defaultThreads} is a good number
     * @param volume makes the image
     * @param progress follows the work and may cancel it
     */
    public DiskExport(int threads, Volume volume, Progress progress) {
        this.threads = threads;
        this.volume = volume;
        this.progress = progress;
    }

    /**
     * Refuses what {@link #run} would refuse, as far as it is known ahead, and changes nothing. It does not
     * check whether the image will fit.
     *
     * @param source the disk to read
     * @param target the image, which must not exist
     * @param format the image's format
     * @return how many bytes it would read at most
     * @throws io.vmdisk.LimitExceededException if the format can't hold a disk of this size
     * @throws io.vmdisk.UnsafeStateException if a file of the name exists
     * @throws IOException if a table of the source can't be read
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
     * @param source the disk to read; it stays open
     * @param target the image, which must not exist
     * @param format the image's format
     * @param identifiers gives the bits of its UUIDs
     * @throws io.vmdisk.LimitExceededException if the format can't hold a disk of this size
     * @throws io.vmdisk.UnsafeStateException if a file of the name exists
     * @throws io.vmdisk.MalformedFileException if the source is damaged
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then there is no image
     * @throws IOException if a file can't be read or written
     */
    public void run(VirtualDisk source, Path target, ExportFormat format, RandomGenerator identifiers)
            throws IOException {
        format.require(source.capacity(), target);
        try (StagedDisk staged = StagedDisk.createImage(target, source.capacity(), volume)) {
            try (BlockFile file = staged.openStream()) {
                ImageWriter writer = format.writer(file, staged.spec().capacity(), identifiers);
                new OrderedRead(threads, progress)
                        .read(
                                source,
                                format.unit(),
                                "exporting",
                                (at, bytes) -> file.writeFully(writer.place(at, bytes.remaining()), bytes),
                                unread(source, file, writer));
                writer.finish();
            }
            staged.publish();
        }
    }

    /** Lets the image stand on the blocks of the source, until that is refused. */
    private Optional<OrderedRead.Unread> unread(VirtualDisk source, BlockFile file, ImageWriter writer) {
        if (!file.sharesBlocks()) {
            return Optional.empty();
        }
        boolean[] refused = new boolean[1];
        return Optional.of((start, length) -> {
            if (refused[0]) {
                return false;
            }
            long place = writer.place(start, length);
            if (!source.shareInto(file, place, start, length)) {
                refused[0] = true;
                ByteBuffer bytes = ByteBuffer.allocate(length);
                source.read(start, bytes);
                progress.pace(length);
                file.writeFully(place, bytes.flip());
            }
            return true;
        });
    }
}

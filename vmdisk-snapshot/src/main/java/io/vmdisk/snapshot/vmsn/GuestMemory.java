package io.vmdisk.snapshot.vmsn;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A guest's physical memory, read by guest address.
 *
 * <p>Addresses that no region covers, such as the hole for PCI devices below 4 GiB, read as zeros. Pages lie inside a
 * checkpoint or in a {@code .vmem}, plain, encrypted (given the key) or compressed. Safe for many threads; close it, and
 * keep the checkpoint it came from open until then.
 */
public final class GuestMemory implements Closeable {
    /** Where memory above it moves up to make room for PCI devices, on machines with more than this. */
    private static final long PCI_HOLE_START = 3L << 30;

    private static final long PCI_HOLE_END = 4L << 30;

    private final Path path;
    private final MemoryImage image;
    private final long imageSize;
    private final List<MemoryRegion> regions;
    private final Origin origin;
    private final Closeable owned;

    /** Where the map of the memory comes from. */
    public enum Origin {
        /** The checkpoint says where each region lies. */
        MAPPED,
        /** The checkpoint names no regions: guest addresses are image offsets. */
        ONE_RUN,
        /** Nothing says anything; memory above 3 GiB was assumed to begin at 4 GiB. */
        ASSUMED
    }

    private GuestMemory(
            Path path, MemoryImage image, long imageSize, List<MemoryRegion> regions, Origin origin, Closeable owned) {
        this.path = path;
        this.image = image;
        this.imageSize = imageSize;
        this.regions = regions;
        this.origin = origin;
        this.owned = owned;
    }

    static Optional<GuestMemory> of(Checkpoint checkpoint) throws IOException {
        MemoryMap map = MemoryMap.of(checkpoint);
        if (map == null) {
            return Optional.empty();
        }
        CheckpointTag embedded = map.embedded();
        if (embedded != null && embedded.form() == CheckpointTag.Form.COMPRESSED) {
            throw new UnsupportedFeatureException(
                    "vmsn-compressed",
                    checkpoint.path(),
                    "the memory inside is compressed by a method that is not documented",
                    "only the product that wrote it can read it");
        }
        if (embedded != null) {
            MemoryImage image =
                    new MemoryImage.Stored(checkpoint.source(), embedded.dataOffset(), embedded.storedBytes());
            return Optional.of(over(checkpoint.path(), image, map.regions(), () -> {}));
        }
        Path beside = imageBeside(checkpoint.path());
        if (!checkpoint.volume().exists(beside)) {
            throw new MalformedFileException(
                    "vmem-missing",
                    checkpoint.path(),
                    -1,
                    "its memory should lie in " + beside.getFileName() + ", which is not there",
                    "put that file back beside it");
        }
        MemoryImage image = openImage(beside, checkpoint.volume(), checkpoint.key());
        try {
            return Optional.of(over(beside, image, map.regions(), image));
        } catch (IOException | RuntimeException e) {
            Checkpoint.closeAfter(e, image);
            throw e;
        }
    }

    private static GuestMemory over(Path path, MemoryImage image, List<MemoryRegion> regions, Closeable owned)
            throws IOException {
        long size = image.size();
        return regions.isEmpty()
                ? new GuestMemory(path, image, size, List.of(new MemoryRegion(0, 0, size)), Origin.ONE_RUN, owned)
                : new GuestMemory(path, image, size, regions, Origin.MAPPED, owned);
    }

    /**
     * Opens a {@code .vmem} that has no checkpoint, such as the paging file a crashed machine left.
     *
     * <p>Where memory above 3 GiB lies in the guest is then an assumption; see {@link #origin}.
     */
    public static GuestMemory ofImage(Path vmem, Volume volume) throws IOException {
        MemoryImage image = openImage(vmem, volume, null);
        try {
            long size = image.size();
            List<MemoryRegion> regions = size <= PCI_HOLE_START
                    ? List.of(new MemoryRegion(0, 0, size))
                    : List.of(
                            new MemoryRegion(0, 0, PCI_HOLE_START),
                            new MemoryRegion(PCI_HOLE_END, PCI_HOLE_START, size - PCI_HOLE_START));
            return new GuestMemory(vmem, image, size, regions, Origin.ASSUMED, image);
        } catch (IOException | RuntimeException e) {
            Checkpoint.closeAfter(e, image);
            throw e;
        }
    }

    /** Where the memory of the checkpoint {@code path} lies if it is not inside. */
    static Path imageBeside(Path path) {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return path.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".vmem");
    }

    private static MemoryImage openImage(Path path, Volume volume, @Nullable DataFileKey key) throws IOException {
        ByteSource file = EncryptedContainer.decryptIfNeeded(ByteSource.of(volume.open(path, OpenMode.READ)), key);
        try {
            return CompressedImage.looksCompressed(file)
                    ? CompressedImage.open(file)
                    : new MemoryImage.Stored(file, 0, file.size());
        } catch (IOException | RuntimeException e) {
            Checkpoint.closeAfter(e, file);
            throw e;
        }
    }

    /** The file that holds the pages. */
    public Path path() {
        return path;
    }

    /** The regions, by guest address, without overlap. */
    public List<MemoryRegion> regions() {
        return regions;
    }

    /** Where the map comes from; an assumed one should be said to people. */
    public Origin origin() {
        return origin;
    }

    /** The guest address behind the last region. */
    public long top() {
        return regions.isEmpty() ? 0 : regions.get(regions.size() - 1).guestEnd();
    }

    /**
     * How many bytes the image lacks to serve every region; more than 0 means that it is still being written, was cut
     * off, or belongs to another snapshot.
     */
    public long missingBytes() {
        long needed = regions.stream().mapToLong(MemoryRegion::imageEnd).max().orElse(0);
        return Math.max(0, needed - imageSize);
    }

    /**
     * Reads guest-physical memory; what no region covers reads as zeros.
     *
     * @return how many bytes were read: fewer than asked only at {@link #top}, 0 past it
     * @throws MalformedFileException where the image lacks pages that its map promises
     */
    public int read(long physicalAddress, ByteBuffer into) throws IOException {
        if (physicalAddress < 0) {
            throw new IllegalArgumentException("negative address " + physicalAddress);
        }
        int start = into.position();
        int limit = into.limit();
        long left = top() - physicalAddress;
        if (left <= 0) {
            return 0;
        }
        into.limit((int) Math.min(limit, start + left));
        try {
            long at = physicalAddress;
            for (int i = firstEndingBehind(at); into.hasRemaining(); i++) {
                MemoryRegion region = regions.get(i);
                if (at < region.guestAddress()) {
                    at += fillZeros(into, region.guestAddress() - at);
                }
                at += fill(region, at, into);
            }
            return into.position() - start;
        } finally {
            into.limit(limit);
        }
    }

    private int fill(MemoryRegion region, long at, ByteBuffer into) throws IOException {
        int count = (int) Math.min(into.remaining(), Math.max(0, region.guestEnd() - at));
        if (count > 0) {
            int limit = into.limit();
            into.limit(into.position() + count);
            image.read(region.imageOffset() + at - region.guestAddress(), into);
            into.limit(limit);
        }
        return count;
    }

    private static int fillZeros(ByteBuffer into, long wanted) {
        int count = (int) Math.min(into.remaining(), wanted);
        into.put(new byte[count]);
        return count;
    }

    private int firstEndingBehind(long address) {
        int low = 0;
        int high = regions.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (regions.get(middle).guestEnd() > address) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * Writes the memory as a flat file in which every byte lies at its guest-physical address; holes and zeros take no
     * space. Written under a temporary name and renamed, so a crash or a cancel leaves no half file.
     */
    public void exportRaw(Path target, Volume volume, Progress progress) throws IOException {
        new MemoryExport(image, regions, top()).write(target, volume, progress);
    }

    @Override
    public void close() throws IOException {
        owned.close();
    }
}

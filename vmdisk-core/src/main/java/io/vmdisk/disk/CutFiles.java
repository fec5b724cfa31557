package io.vmdisk.disk;

import io.vmdisk.MalformedFileException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A quick look at a disk: whether its files are as long as their descriptors, their headers, and some of their tables
 * say.
 *
 * <p>The length of every file is compared. Of the tables as many are read as {@value #WINDOWS} windows of 2 MiB need,
 * which are spread over the chain; small disks are covered whole. A check looks at everything.
 *
 * <p>Has no state between calls, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class CutFiles {
    private static final long WINDOW = 2 << 20;
    private static final int WINDOWS = 64;

    private final OpenOptions options;
    private final ExtentOpener opener;
    private final int windows;

    private CutFiles(DiskChain chain, OpenOptions options) {
        this.options = options.withDamage(OpenOptions.Damage.AS_ZEROS);
        this.opener = new ExtentOpener(this.options);
        int extents = 0;
        for (DiskLink link : chain.links()) {
            extents += link.extents().size();
        }
        this.windows = Math.max(1, WINDOWS / Math.max(1, extents));
    }

    /**
     * A file that lacks some of what it should hold.
     *
     * @param file the file
     * @param fileBytes its length in bytes
     */
    public record Cut(Path file, long fileBytes) {}

    /**
     * Looks for a file that was cut.
     *
     * @param chain the disk and its parents
     * @param options how their files are found and opened
     * @return the first such file, in the order of the links and their extents; empty if none was found
     * @throws java.nio.file.NoSuchFileException if an extent does not exist
     * @throws io.vmdisk.UnsupportedFeatureException if an extent is of a kind that vmdisk does not read
     * @throws io.vmdisk.UnsafeStateException if an extent may not be opened, such as one outside the descriptor's
     *     folder
     * @throws IOException if a file can't be read
     */
    public static Optional<Cut> find(DiskChain chain, OpenOptions options) throws IOException {
        CutFiles look = new CutFiles(chain, options);
        for (DiskLink link : chain.links()) {
            Optional<Cut> cut = look.of(link);
            if (cut.isPresent()) {
                return cut;
            }
        }
        return Optional.empty();
    }

    private Optional<Cut> of(DiskLink link) throws IOException {
        for (ExtentPlace place : link.extents()) {
            Path path = place.path();
            if (path == null || place.line().isDevice()) {
                continue;
            }
            try (BlockFile file = opener.file(link, place, OpenMode.READ)) {
                if (isCut(link, place, file)) {
                    return Optional.of(new Cut(file.path(), file.size()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isCut(DiskLink link, ExtentPlace place, BlockFile file) throws IOException {
        if (place.line().type().isPlain()) {
            return file.size() < place.line().startSector() * ExtentPlace.SECTOR + place.length();
        }
        if (Formats.require(file).usedBytes(file) > file.size()) {
            return true;
        }
        // The tables of a stream lie at its end: with them all is there.
        return link.descriptor().createType() != CreateType.STREAM_OPTIMIZED && lacksData(link, place);
    }

    private boolean lacksData(DiskLink link, ExtentPlace place) throws IOException {
        Lost lost = new Lost();
        try (Extent strict = opener.open(link, place, OpenMode.READ)) {
            look(strict, place, lost);
        } catch (MalformedFileException e) {
            return true;
        }
        try (Extent extent = opener.damaged(link, place)) {
            look(extent, place, lost);
        }
        return lost.any;
    }

    private void look(Extent extent, ExtentPlace place, Lost lost) throws IOException {
        long length = Math.min(place.length(), extent.capacity());
        long count = Math.min(windows, (length + WINDOW - 1) / WINDOW);
        for (long i = 0; i < count && !lost.any; i++) {
            long at = count == 1 ? 0 : (length - WINDOW) / (count - 1) * i / ExtentPlace.SECTOR * ExtentPlace.SECTOR;
            extent.locate(at, Math.min(WINDOW, length - at), lost);
        }
    }

    /** Sees whether any of what it is told of is lost. */
    private static final class Lost implements ExtentSink {
        private boolean any;

        @Override
        public void data(long start, long length, long fileOffset) {}

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) {}

        @Override
        public void zero(long start, long length, long heldOffset) {}

        @Override
        public void lost(long start, long length) {
            any = true;
        }

        @Override
        public void unallocated(long start, long length) {}
    }
}

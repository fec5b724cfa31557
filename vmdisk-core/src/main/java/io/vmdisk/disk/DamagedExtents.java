package io.vmdisk.disk;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LostExtent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens as much of the extents of a link as can be opened, for salvage. What can't is there as lost. */
final class DamagedExtents {
    private final ExtentOpener opener;
    private final TableCache cache;
    private @Nullable IOException firstFailure;
    private boolean sawFirst;

    DamagedExtents(ExtentOpener opener, TableCache cache) {
        this.opener = opener;
        this.cache = cache;
    }

    /**
     * Opens one extent.
     *
     * @param opened takes what must be closed
     * @return pieces that fill its place
     * @throws UnsupportedFeatureException if nothing is damaged, but the extent is of a kind that nobody reads
     * @throws UnsafeStateException if it is refused for what it is, and not for damage
     */
    List<PlacedExtent> open(DiskLink link, ExtentPlace place, List<Extent> opened) throws IOException {
        Extent extent = orLost(link, place);
        opened.add(extent);
        List<PlacedExtent> pieces = new ArrayList<>();
        long held = Math.min(place.length(), extent.capacity());
        pieces.add(new PlacedExtent(place.start(), held, extent, OpenMode.READ));
        if (held < place.length()) {
            long rest = place.length() - held;
            pieces.add(new PlacedExtent(place.start() + held, rest, new LostExtent(rest), OpenMode.READ));
        }
        return pieces;
    }

    private Extent orLost(DiskLink link, ExtentPlace place) throws IOException {
        try {
            return damaged(link, place);
        } catch (UnsupportedFeatureException | UnsafeStateException e) {
            throw e;
        } catch (IOException e) {
            if (firstFailure == null) {
                firstFailure = e;
            }
            return new LostExtent(place.length());
        }
    }

    /** Opens one extent, of which at least the header must be whole; the caller closes it. */
    Extent damaged(DiskLink link, ExtentPlace place) throws IOException {
        return switch (place.line().type()) {
            case SPARSE, VMFSSPARSE, SESPARSE -> sparse(link, place);
            default ->
                FlatFormat.upToFileEnd(
                        opener.open(link, place, OpenMode.READ), place.line().startSector() * ExtentPlace.SECTOR);
        };
    }

    private Extent sparse(DiskLink link, ExtentPlace place) throws IOException {
        BlockFile file = opener.file(link, place, OpenMode.READ);
        try {
            return Formats.require(file).openDamaged(file, cache);
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(file));
            throw e;
        }
    }

    /** Refuses the first link, the disk itself, if there is nothing of it. */
    void requireAny(List<PlacedExtent> pieces) throws IOException {
        boolean isFirst = !sawFirst;
        sawFirst = true;
        if (isFirst
                && firstFailure != null
                && pieces.stream().allMatch(piece -> piece.extent() instanceof LostExtent)) {
            throw firstFailure;
        }
    }
}

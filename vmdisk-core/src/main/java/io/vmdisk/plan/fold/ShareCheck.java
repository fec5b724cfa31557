package io.vmdisk.plan.fold;

import io.vmdisk.bulk.ShareUnits;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.Closers;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.ExtentFiles;
import io.vmdisk.storage.look.Inaccessible;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a disk can stand on the blocks of links that are folded into it, so that nothing is moved and no space is
 * needed. Nothing is changed here; where one file can't, none is counted on.
 */
public final class ShareCheck {
    private final Volume volume;

    public ShareCheck(Volume volume) {
        this.volume = volume;
    }

    /**
     * The units in which {@code into} can take blocks of the links; none if any of them can't give any.
     *
     * @param grainBytes of {@code into}
     */
    public ShareUnits units(List<DiskLink> links, DiskLink into, int grainBytes) throws IOException {
        ShareUnits units = ShareUnits.ofGrains(grainBytes);
        return liesAligned(into, units) && shares(links, into) ? units : ShareUnits.NONE;
    }

    /** COWD places grains at any sector; a flat extent may begin at any. */
    private static boolean liesAligned(DiskLink into, ShareUnits units) {
        return into.descriptor().createType() != CreateType.VMFS_SPARSE
                && into.extents().stream()
                        .allMatch(extent -> extent.start() % units.bytes() == 0
                                && extent.line().startSector() * ExtentPlace.SECTOR % ShareUnits.BLOCK_BYTES == 0);
    }

    private boolean shares(List<DiskLink> links, DiskLink into) throws IOException {
        List<Closeable> open = new ArrayList<>();
        try {
            List<BlockFile> targets = new ArrayList<>();
            for (Path path : files(List.of(into))) {
                BlockFile file = volume.open(path, OpenMode.WRITE);
                open.add(file);
                targets.add(file);
                if (!file.sharesBlocks()) {
                    return false;
                }
            }
            for (Path path : files(links)) {
                BlockFile source = volume.open(path, OpenMode.READ);
                open.add(source);
                for (BlockFile target : targets) {
                    if (!target.sharesBlocksOf(source)) {
                        return false;
                    }
                }
            }
            return !targets.isEmpty();
        } catch (IOException e) {
            // The fold itself will say so.
            Inaccessible.orThrow(e);
            return false;
        } finally {
            Closers.closeAll(open);
        }
    }

    private Set<Path> files(List<DiskLink> links) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        for (DiskLink link : links) {
            for (ExtentPlace extent : link.extents()) {
                @Nullable Path path = extent.path();
                if (path != null && extent.length() > 0) {
                    files.add(ExtentFiles.existing(volume, path));
                }
            }
        }
        return files;
    }
}

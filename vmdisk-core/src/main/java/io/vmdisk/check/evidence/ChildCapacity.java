package io.vmdisk.check.evidence;

import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The size that a disk's children give it. No VMware product opens a chain whose links differ in size ("the capacity of
 * each link is different", Broadcom KB 1007969); if a parent is larger than all that stand on it, it was grown after they
 * were made.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ChildCapacity {
    private ChildCapacity() {}

    /**
     * The sectors of a disk's children, told by their files.
     *
     * @return empty if it has none, or they do not agree
     */
    public static OptionalLong of(DiskLink parent, OpenOptions options) throws IOException {
        OpenOptions alone = options.withParents(OpenOptions.Parents.NONE);
        Set<Long> sizes = new HashSet<>();
        for (Path child : Dependants.of(parent.path(), options)) {
            sizes.add(byFiles(DiskChain.of(child, alone).top(), options.volume()));
        }
        return sizes.size() == 1 ? OptionalLong.of(sizes.iterator().next()) : OptionalLong.empty();
    }

    /** The sectors of a disk as its files tell them, whatever its descriptor says. */
    public static long byFiles(DiskLink link, Volume volume) throws IOException {
        long sectors = 0;
        for (ExtentPlace place : link.extents()) {
            sectors = Math.addExact(sectors, FileLine.of(place, link, volume).sectors());
        }
        return sectors;
    }

    /** The lines of a disk that ends sooner; what lies behind stays in the files. */
    public static List<ExtentLine> cut(List<ExtentLine> lines, long sectors) {
        List<ExtentLine> kept = new ArrayList<>();
        long left = sectors;
        for (ExtentLine line : lines) {
            if (left > 0) {
                kept.add(line.withSectors(Math.min(left, line.sectors())));
                left -= line.sectors();
            }
        }
        return kept;
    }
}

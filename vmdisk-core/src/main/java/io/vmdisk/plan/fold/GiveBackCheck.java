package io.vmdisk.plan.fold;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.ExtentFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks, before links give their space back while they are merged, whether that is safe and whether it can be done.
 *
 * <p>What is punched can't be read again, so a table must not name a place that something else has too: two grains of one
 * link, or two links. Nothing is changed here.
 */
public final class GiveBackCheck {
    private static final Remedy WAY_ON = Remedy.of(Kind.CHECK)
            .and(" tells more and ")
            .with(Kind.REPAIR_TABLES)
            .and(" mends tables; without ")
            .with(Kind.LOW_SPACE)
            .and(", or into a new disk with ")
            .with(Kind.INTO)
            .and(", nothing is given back and nothing can be lost");

    private final Volume volume;

    public GiveBackCheck(Volume volume) {
        this.volume = volume;
    }

    /**
     * Refuses links of which one might give back what another grain needs.
     *
     * @param into the disk that takes it all
     * @throws UnsafeStateException with code {@code unsafe.low-space}
     */
    public void requireSound(List<DiskLink> links, DiskLink into) throws IOException {
        Map<Object, Path> taken = new HashMap<>();
        for (ExtentPlace extent : into.extents()) {
            if (extent.file().isPresent()) {
                Path file = ExtentFiles.existing(volume, extent.file().get());
                taken.put(volume.facts(file).key(), file);
            }
        }
        for (DiskLink link : links) {
            for (ExtentPlace extent : link.extents()) {
                if (extent.file().isPresent() && extent.length() > 0) {
                    Path file = ExtentFiles.existing(volume, extent.file().get());
                    Path other = taken.put(volume.facts(file).key(), file);
                    if (other != null) {
                        throw unsafe(file, "it is an extent twice in this chain, also as " + other.getFileName());
                    }
                    requireSound(file);
                }
            }
        }
    }

    private void requireSound(Path path) throws IOException {
        List<Finding> errors;
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            errors = check(file).stream()
                    .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                    .toList();
        }
        if (!errors.isEmpty()) {
            String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
            throw unsafe(
                    path,
                    "giving its space back while it is merged could destroy what can still be read: "
                            + errors.get(0).message() + more);
        }
    }

    private static List<Finding> check(BlockFile file) throws IOException {
        SparseFormat format = Formats.of(file)
                .orElseThrow(
                        () -> unsafe(file.path(), "it is no sparse extent, so what it holds of its own can't be told"));
        return format.check(file, Progress.NONE);
    }

    private static UnsafeStateException unsafe(Path file, String problem) {
        return new UnsafeStateException("low-space", file, problem, WAY_ON);
    }

    /** Whether this JVM and the file systems of the links have a way; asked behind the end of each, where nothing is. */
    public boolean isPossible(List<DiskLink> links) throws IOException {
        for (DiskLink link : links) {
            for (ExtentPlace extent : link.extents()) {
                if (extent.file().isPresent()) {
                    Path path = ExtentFiles.existing(volume, extent.file().get());
                    try (BlockFile file = volume.open(path, OpenMode.WRITE)) {
                        if (!file.punch(file.size(), FoldCost.BLOCK_BYTES)) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }
}

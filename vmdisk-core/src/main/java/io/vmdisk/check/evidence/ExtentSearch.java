package io.vmdisk.check.evidence;

import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the extents that belong to a descriptor by their names, whether or not the descriptor is there.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ExtentSearch {
    private ExtentSearch() {}

    /** The files beside {@code descriptor} that products would give its data, in the order of the disk. */
    public static List<Path> beside(Volume volume, Path descriptor) throws IOException {
        Path folder = descriptor.toAbsolutePath().getParent();
        if (folder == null || !volume.exists(folder)) {
            return List.of();
        }
        String wanted = String.valueOf(descriptor.getFileName());
        List<Path> found = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            DiskFileName name = DiskFileName.parse(String.valueOf(entry.getFileName()));
            if (isData(name.role())
                    && name.descriptor().equals(wanted)
                    && volume.exists(entry)
                    && volume.facts(entry).kind() == FileFacts.Kind.FILE) {
                found.add(entry);
            }
        }
        found.sort(Comparator.comparingInt(
                entry -> DiskFileName.parse(String.valueOf(entry.getFileName())).part()));
        return found;
    }

    private static boolean isData(DiskFileName.Role role) {
        return switch (role) {
            case FLAT, FLAT_PART, SPARSE_PART, DELTA, SE_SPARSE -> true;
            default -> false;
        };
    }
}

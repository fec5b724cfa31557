package io.vmdisk.check;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.disk.ContainerKind;
import io.vmdisk.extent.cowd.CowdChecker;
import io.vmdisk.extent.cowd.CowdExtents;
import io.vmdisk.extent.hosted.HostedChecker;
import io.vmdisk.extent.hosted.HostedExtents;
import io.vmdisk.extent.sesparse.SeSparseChecker;
import io.vmdisk.extent.sesparse.SeSparseExtents;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.List;

/** Gives a sparse file to the checker of its format. */
public final class SparseCheck {
    private static final int SECTOR = 512;

    private SparseCheck() {}

    /** What is wrong with a file of this kind; nothing is known of kinds that are not sparse. */
    public static List<Finding> run(BlockFile file, ContainerKind kind, Progress progress) throws IOException {
        return switch (kind) {
            case HOSTED -> HostedChecker.check(file, progress);
            case COWD -> CowdChecker.check(file, progress);
            case SESPARSE -> SeSparseChecker.check(file, progress);
            case CHANGE_TRACKING, OTHER -> List.of();
        };
    }

    /** The capacity that a sparse file's own header gives. */
    public static long capacityBytes(BlockFile file, ContainerKind kind) throws IOException {
        return switch (kind) {
            case HOSTED -> HostedExtents.header(file).capacitySectors() * SECTOR;
            case COWD -> CowdExtents.capacityBytes(file);
            case SESPARSE -> SeSparseExtents.capacityBytes(file);
            case CHANGE_TRACKING, OTHER -> throw new IllegalArgumentException(kind + " is not sparse");
        };
    }
}

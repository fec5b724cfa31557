package io.vmdisk.snapshot.vmsn;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;

/** Removes what a failed write left under its temporary name. */
final class HalfFile {
    private HalfFile() {}

    /** Removes the file; a failure to do so is added to the one that led here. */
    static void delete(Volume volume, Path file, IOException failure) {
        try {
            if (volume.exists(file)) {
                volume.delete(file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}

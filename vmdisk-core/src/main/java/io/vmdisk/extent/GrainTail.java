package io.vmdisk.extent;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;

/** What a grain that lies partly behind the file's end means. */
public enum GrainTail {
    /** Damage: the file was cut. */
    IS_DAMAGE,
    /** The last stored grain was trimmed by a copy tool; the rest is zeros. */
    MAY_BE_TRIMMED;

    /**
     * Refuses a file of which a table names what lies behind its end: it was cut.
     *
     * @throws UnsafeStateException ({@code truncated}) if it was
     */
    void requireWhole(BlockFile file, GrainMap map) throws IOException {
        long size = file.size();
        StoredGrains.of(file, map).forEach((grain, offset) -> {
            int needed = this == IS_DAMAGE ? map.geometry().validBytes(grain) : 1;
            if (needed > size - offset) {
                throw new UnsafeStateException(
                        "truncated",
                        file.path(),
                        "the file ends after " + size + " bytes, but its tables place grain " + grain + " at byte "
                                + offset + ": what is written to a cut disk would take the place of what it lost",
                        Remedy.of(Kind.COPY_AGAIN)
                                .and(", or save what can be read with ")
                                .with(Kind.SALVAGE));
            }
        });
    }
}

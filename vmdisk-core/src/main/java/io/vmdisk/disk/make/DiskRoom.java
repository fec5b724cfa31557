package io.vmdisk.disk.make;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a new disk takes of its file store, as far as that is known before it is made, and what is free there.
 *
 * @param target the new disk
 * @param format its format
 * @param needed bytes
 * @param free bytes
 */
public record DiskRoom(Path target, DiskFormat format, long needed, long free) {
    static DiskRoom of(Path target, DiskFormat format, long needed, Volume volume) throws IOException {
        return new DiskRoom(target, format, needed, volume.freeBytes(volume.existing(AtomicName.folderOf(target))));
    }

    /** With so many bytes of content on top of what an empty disk takes. */
    public DiskRoom withContent(long bytes) {
        return new DiskRoom(target, format, Math.addExact(needed, bytes), free);
    }

    /** Whether it fits. */
    public boolean fits() {
        return needed <= free;
    }

    /**
     * Refuses a disk that does not fit.
     *
     * @throws OutOfSpaceException with code {@code space.target}
     */
    public void require() throws OutOfSpaceException {
        if (!fits()) {
            throw new OutOfSpaceException(
                    "target",
                    target,
                    "the new disk needs at least " + needed + " bytes, its file store has " + free
                            + " left; nothing was made",
                    format.isThick()
                            ? "free some space, or choose a thin format"
                            : "free some space, or make it in another file store");
        }
    }
}

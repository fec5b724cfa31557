package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;

/**
 * Which stretches of other disks the files of a new one, which are not there yet, could share. The file system is asked once
 * for each file that would lend blocks; nothing is changed. A wrong answer costs room only: what can't be shared after all is
 * copied.
 *
 * <p>Safe for many threads.
 *
 * @since 0.1
 */
public final class NewFileSharing {
    private final Volume volume;
    private final Path folder;
    private final long unit;
    private final IdentityHashMap<Extent, Boolean> lenders = new IdentityHashMap<>();

    private NewFileSharing(Volume volume, Path folder, long unit) {
        this.volume = volume;
        this.folder = folder;
        this.unit = unit;
    }

    /**
     * {@return the files of a new disk}
     *
     * @param volume that will have them
     * @param folder where they will be, or the nearest one above that exists
     * @param unit bytes of the disk that lie together and begin at whole blocks: its grain, or a block
     */
    public static NewFileSharing of(Volume volume, Path folder, long unit) {
        return new NewFileSharing(volume, folder, unit);
    }

    /** Whether the file of this extent lends any blocks. */
    synchronized boolean isLentBy(Extent extent) throws IOException {
        Boolean known = lenders.get(extent);
        if (known == null) {
            known = extent.lendsTo(volume, folder);
            lenders.put(extent, known);
        }
        return known;
    }

    /** Whether a run could be shared: whole units that stand on whole blocks. */
    boolean takes(long start, long length, Extent from, long fileOffset) throws IOException {
        return start % unit == 0
                && length % unit == 0
                && fileOffset % BlockFile.SHARED_BLOCK_BYTES == 0
                && isLentBy(from);
    }
}

package io.vmdisk.disk.make;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Closers;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A new file that is no disk (a report, a map, a part of a digest) in the making: staged as disks are ({@link StagedDisk}),
 * in a locked folder beside its name, which it gets once it is whole and durable. So two processes that make a file of one
 * name never mix: one of them makes it, the other is refused. Closing it unpublished removes it. For one thread.
 */
public final class StagedFile implements Closeable {
    private final StagingFolder folder;
    private final BlockFile file;

    private StagedFile(StagingFolder folder, BlockFile file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Begins an empty file.
     *
     * @param target its name, which must be free
     * @throws UnsafeStateException if the name is taken, or somebody makes a file of that name now
     */
    public static StagedFile create(Path target, Volume volume) throws IOException {
        StagingFolder.refuseComplete(volume, target);
        refuseTaken(target, volume);
        StagingFolder folder = StagingFolder.open(volume, target, List.of(target));
        try {
            return new StagedFile(folder, folder.volume().open(folder.last(), OpenMode.CREATE));
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(folder));
            throw e;
        }
    }

    /**
     * Refuses the name of a file that is there.
     *
     * @throws UnsafeStateException if it is taken, by a link to nowhere too
     */
    public static void refuseTaken(Path target, Volume volume) throws IOException {
        if (volume.taken(target)) {
            throw new UnsafeStateException("exists", target, "the file is there already", "name another, or remove it");
        }
    }

    /** What is written; closed by {@link #publish} or {@link #close}. */
    public BlockFile file() {
        return file;
    }

    /** Makes it durable and gives it its name, unless somebody took that meanwhile. */
    public void publish() throws IOException {
        file.close();
        folder.publish();
    }

    @Override
    public void close() throws IOException {
        try (folder) {
            file.close();
        }
    }
}

package io.vmdisk.disk;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder beside a target in which a new disk is made, locked as long as it is.
 *
 * <p>Files get their names one by one, the descriptor last. So that a crash in between is not half a disk for ever, a mark
 * says beforehand that all of them are complete and durable: with it {@link #recover} gives the rest their names too,
 * without it what was made is removed. One file needs no mark. For one thread.
 */
final class StagingFolder implements Closeable {
    /** The name of the mark. */
    private static final String COMPLETE = FolderLock.OWN_PREFIX + "complete";

    private final Volume volume;
    private final Path target;
    private final Path folder;
    private final Closeable lock;
    private Leftovers leftovers = Leftovers.REMOVED;

    /** What becomes of files without a name when the folder is closed. */
    private enum Leftovers {
        /** They go, and the folder with them. */
        REMOVED,
        /** They stay for recovery. */
        KEPT,
        /** There are none. */
        NONE
    }

    private StagingFolder(Volume volume, Path target, Path folder, Closeable lock) {
        this.volume = volume;
        this.target = target;
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes the folder for a target; what an earlier run left in it is gone.
     *
     * @throws UnsafeStateException if another vmdisk makes the same disk now
     */
    static StagingFolder open(Volume volume, Path target) throws IOException {
        Path folder = AtomicName.beside(target);
        boolean existed = volume.exists(folder);
        if (existed && !isOne(volume, folder)) {
            volume.delete(folder);
            existed = false;
        }
        volume.createFolder(folder);
        Closeable lock;
        try {
            lock = FolderLock.take(volume, folder);
        } catch (IOException | RuntimeException e) {
            if (!existed) {
                Closers.closeAfter(e, List.of(() -> volume.delete(folder)));
            }
            throw e;
        }
        StagingFolder opened = new StagingFolder(volume, target, folder, lock);
        try {
            if (existed) {
                // Asked before too, but another run may have come so far meanwhile.
                refuseComplete(volume, target);
                opened.removeFiles();
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(lock));
            throw e;
        }
    }

    /** Refuses a target whose files are complete since an earlier run, and partly under their names. */
    static void refuseComplete(Volume volume, Path target) throws UnsafeStateException {
        if (isComplete(volume, AtomicName.beside(target)) && !volume.exists(target)) {
            throw new UnsafeStateException(
                    "unfinished",
                    target,
                    "a run that made this disk was interrupted when all was done but its names",
                    "'vmdisk recover' in its folder completes it");
        }
    }

    private static boolean isComplete(Volume volume, Path folder) {
        return volume.exists(folder.resolve(COMPLETE));
    }

    /** The place of a file while it is made. */
    Path resolve(String name) {
        return folder.resolve(name);
    }

    /** The place of the file that gets its name last. */
    Path last() {
        return resolve(String.valueOf(target.getFileName()));
    }

    /** Makes all files durable and gives them their names; if that fails none has its name. */
    void publish() throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            try (BlockFile opened = volume.open(file, OpenMode.WRITE)) {
                opened.force();
            }
        }
        for (Path file : files) {
            requireFree(named(file));
        }
        if (files.size() > 1) {
            forceNames();
            volume.open(folder.resolve(COMPLETE), OpenMode.CREATE).close();
            volume.forceNames(folder);
        }
        try {
            giveNames(files);
            leftovers = Leftovers.NONE;
        } catch (IOException | RuntimeException e) {
            takeBack(files, e);
            throw e;
        }
    }

    private void giveNames(List<Path> files) throws IOException {
        for (Path file : files) {
            if (file.equals(last())) {
                forceNames();
            }
            volume.rename(file, named(file));
        }
        forceNames();
    }

    /** Removes what has its name already. While the mark stands all must stay: it promises that nothing is missing. */
    private void takeBack(List<Path> files, Exception cause) {
        try {
            if (isComplete(volume, folder)) {
                leftovers = Leftovers.KEPT;
                volume.delete(folder.resolve(COMPLETE));
                volume.forceNames(folder);
                leftovers = Leftovers.REMOVED;
            }
            for (int i = files.size() - 1; i >= 0; i--) {
                Path file = files.get(i);
                if (!volume.exists(file) && volume.exists(named(file))) {
                    volume.delete(named(file));
                }
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The files of the disk, the last one last. */
    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(volume.list(folder));
        files.removeIf(file -> file.endsWith(FolderLock.NAME) || file.endsWith(COMPLETE));
        if (files.remove(last())) {
            files.add(last());
        }
        return files;
    }

    private Path named(Path file) {
        return target.resolveSibling(String.valueOf(file.getFileName()));
    }

    private void requireFree(Path name) throws UnsafeStateException {
        if (volume.exists(name)) {
            throw new UnsafeStateException(
                    "exists", name, "the file appeared while the disk was made", "move it away and try again");
        }
    }

    /** A move between folders is durable when both know of it. */
    private void forceNames() throws IOException {
        volume.forceNames(folder);
        volume.forceNames(AtomicName.folderOf(target));
    }

    /** Whether this is such a folder; unfinished files have names like it. */
    static boolean isOne(Volume volume, Path path) throws IOException {
        try {
            return volume.facts(path).kind() == FileFacts.Kind.FOLDER;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Finishes or removes what a crash left in such a folder. */
    static StagedDisk.Recovered recover(Volume volume, Path folder) throws IOException {
        Closeable lock;
        try {
            lock = FolderLock.take(volume, folder);
        } catch (UnsafeStateException e) {
            return StagedDisk.Recovered.NOTHING;
        }
        try (StagingFolder left = new StagingFolder(volume, AtomicName.finished(folder), folder, lock)) {
            List<Path> files = left.files();
            if (files.isEmpty() && volume.exists(left.target)) {
                // All have their names; only this folder was left.
                left.forceNames();
                return StagedDisk.Recovered.NAMED;
            }
            if (!isComplete(volume, folder) || files.isEmpty()) {
                return StagedDisk.Recovered.REMOVED;
            }
            left.leftovers = Leftovers.KEPT;
            for (Path file : files) {
                left.requireFree(left.named(file));
            }
            left.giveNames(files);
            left.leftovers = Leftovers.NONE;
            return StagedDisk.Recovered.NAMED;
        }
    }

    private void removeFiles() throws IOException {
        for (Path file : volume.list(folder)) {
            if (!file.endsWith(FolderLock.NAME)) {
                volume.delete(file);
            }
        }
    }

    /** Removes the folder, with what was not published. */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (leftovers == Leftovers.REMOVED) {
                removeFiles();
            } else if (leftovers == Leftovers.NONE && isComplete(volume, folder)) {
                volume.delete(folder.resolve(COMPLETE));
            }
        }
        if (leftovers != Leftovers.KEPT) {
            volume.delete(folder);
        }
    }
}

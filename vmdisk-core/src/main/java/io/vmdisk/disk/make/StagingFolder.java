package io.vmdisk.disk.make;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Closers;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FileRights;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Shelter;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder beside a target in which a new disk is made, locked as long as it is.
 *
 * <p>Files get their names one by one, the descriptor last. So that a crash in between is not half a disk for ever, a mark
 * says beforehand that all of them are complete and durable: with it {@link #recover} gives the rest their names too,
 * without it what was made is removed. One file needs no mark. For one thread.
 *
 * <p>Its name can be foreseen, so somebody may have put something else there. Only a folder whose {@link StagingToken} says
 * that it is ours is touched, only files that the token names are moved or removed, and a symbolic link is followed
 * neither to the folder nor in it.
 */
final class StagingFolder implements Closeable {
    /** The name of the mark. */
    private static final String COMPLETE = FolderLock.OWN_PREFIX + "complete";

    private final Volume volume;
    private final Path target;
    private final Path folder;
    private final Closeable lock;
    private final StagingToken token;
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

    private StagingFolder(Volume volume, Path target, Path folder, Closeable lock, StagingToken token) {
        this.volume = volume;
        this.target = target;
        this.folder = folder;
        this.lock = lock;
        this.token = token;
    }

    /** The same files; what is changed must be reached without a link from the folder of the target. */
    private static Volume around(Volume volume, Path folder) {
        return volume.within(List.of(AtomicName.folderOf(folder)));
    }

    /**
     * Makes the folder for a target; what an earlier run left in it is gone.
     *
     * @param disk all that will be made in it, by the names that they shall have
     * @throws UnsafeStateException if another vmdisk makes the same disk now, or something else has the folder's name
     */
    static StagingFolder open(Volume files, Path target, List<Path> disk) throws IOException {
        Path folder = AtomicName.beside(target);
        Volume volume = around(files, folder);
        StagingToken token = StagingToken.of(disk);
        boolean existed = isThere(volume, folder);
        if (!existed) {
            volume.makeFolder(folder);
        }
        Closeable lock;
        try {
            lock = FolderLock.take(volume, folder);
        } catch (NoSuchFileException e) {
            throw new UnsafeStateException(
                    "locked", target, "another vmdisk has made it, or given it up, in this moment", "try again");
        } catch (IOException | RuntimeException e) {
            if (!existed) {
                Closers.closeAfter(e, List.of(() -> volume.delete(folder)));
            }
            throw e;
        }
        StagingFolder opened = new StagingFolder(volume, target, folder, lock, token);
        try {
            if (existed) {
                // Asked before too, but another run may have come so far meanwhile.
                refuseComplete(volume, target);
                new StagingFolder(volume, target, folder, lock, requireOurs(volume, folder)).removeFiles();
            }
            token.write(volume, folder);
            return opened;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(existed ? lock : opened));
            throw e;
        }
    }

    /** Whether such a folder is there already; a file that an earlier run left under its name goes. */
    private static boolean isThere(Volume volume, Path folder) throws IOException {
        Optional<Entry> entry = volume.entry(folder);
        if (entry.isEmpty()) {
            return false;
        }
        if (entry.get().kind() == Entry.Kind.FILE) {
            volume.delete(folder);
            return false;
        }
        requireOurs(volume, folder);
        return true;
    }

    private static StagingToken requireOurs(Volume volume, Path folder) throws IOException {
        return ours(volume, folder)
                .orElseThrow(() -> new UnsafeStateException(
                        "exists",
                        folder,
                        "it has the name of the folder in which a new disk is made, and vmdisk did not make it here",
                        "look what it is, and move it away"));
    }

    /**
     * What says that a folder is ours. One in which there is nothing but locks, marks and copies in the making is ours too:
     * a crash came before the token was whole, or after it went. Such a copy is a second name of what was made of it, which
     * does not matter where files only go.
     */
    private static Optional<StagingToken> ours(Volume volume, Path folder) throws IOException {
        Optional<Entry> entry = volume.entry(folder);
        if (entry.filter(e -> e.kind() == Entry.Kind.FOLDER).isEmpty() || !mayBePrivate(volume, folder)) {
            return Optional.empty();
        }
        Optional<StagingToken> token = StagingToken.read(volume, folder);
        if (token.isPresent()) {
            return token;
        }
        for (Path file : volume.list(folder)) {
            boolean own = file.endsWith(FolderLock.NAME) || file.endsWith(StagingToken.NAME) || file.endsWith(COMPLETE);
            boolean isFile =
                    volume.entry(file).filter(e -> e.kind() == Entry.Kind.FILE).isPresent();
            if (!(own && isFile) && !Shelter.isOne(volume, file)) {
                return Optional.empty();
            }
        }
        return Optional.of(new StagingToken(Set.of()));
    }

    /** It is made for this user alone: in one of somebody else's, or where others may write, files change hands. */
    private static boolean mayBePrivate(Volume volume, Path folder) throws IOException {
        Optional<FileRights> own = volume.rights(folder);
        Optional<FileRights> around = volume.rights(AtomicName.folderOf(folder));
        return own.isEmpty() || around.isEmpty() || own.get().mayBePrivateIn(around.get());
    }

    private static boolean isOnlyFile(Entry entry) {
        return entry.kind() == Entry.Kind.FILE && entry.names() == 1;
    }

    /** Refuses a target whose files are complete since an earlier run, and partly under their names. */
    static void refuseComplete(Volume volume, Path target) throws IOException {
        if (isComplete(volume, AtomicName.beside(target)) && !volume.exists(target)) {
            throw new UnsafeStateException(
                    "unfinished",
                    target,
                    "a run that made this disk was interrupted when all was done but its names",
                    Remedy.of(Kind.RECOVER).and(" in its folder completes it"));
        }
    }

    private static boolean isComplete(Volume volume, Path folder) throws IOException {
        return volume.entry(folder.resolve(COMPLETE))
                        .filter(StagingFolder::isOnlyFile)
                        .isPresent()
                && StagingToken.read(volume, folder).isPresent();
    }

    /** The files as they are to be used in it: no link is followed from the folder of the target on. */
    Volume volume() {
        return volume;
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
            // Until it is known that there is no mark, all stay.
            leftovers = Leftovers.KEPT;
            if (isComplete(volume, folder)) {
                volume.delete(folder.resolve(COMPLETE));
                volume.forceNames(folder);
            }
            leftovers = Leftovers.REMOVED;
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
        List<Path> files = new ArrayList<>();
        for (Path file : volume.list(folder)) {
            boolean named = token.names().contains(String.valueOf(file.getFileName()));
            if (named && volume.entry(file).filter(StagingFolder::isOnlyFile).isPresent()) {
                files.add(file);
            }
        }
        if (files.remove(last())) {
            files.add(last());
        }
        return files;
    }

    private Path named(Path file) {
        return target.resolveSibling(String.valueOf(file.getFileName()));
    }

    private void requireFree(Path name) throws IOException {
        if (volume.entry(name).isPresent()) {
            throw new UnsafeStateException(
                    "exists", name, "the file appeared while the disk was made", "move it away and try again");
        }
    }

    /** A move between folders is durable when both know of it. */
    private void forceNames() throws IOException {
        volume.forceNames(folder);
        volume.forceNames(AtomicName.folderOf(target));
    }

    /** Whether this is such a folder, made here by a vmdisk; nothing else is touched. */
    static boolean isOne(Volume volume, Path path) throws IOException {
        return ours(volume, path).isPresent();
    }

    /** Removes what there is of a disk in the making, if there is any. */
    static void discard(Volume files, Path target) throws IOException {
        Path folder = AtomicName.beside(target);
        Volume volume = around(files, folder);
        Optional<Entry> entry = volume.entry(folder);
        if (entry.isEmpty()) {
            return;
        }
        if (entry.get().kind() == Entry.Kind.FILE) {
            volume.delete(folder);
            return;
        }
        StagingToken token = requireOurs(volume, folder);
        Closeable lock = FolderLock.take(volume, folder);
        new StagingFolder(volume, target, folder, lock, token).close();
    }

    /** Finishes or removes what a crash left in such a folder. */
    static StagedRecovery recover(Volume files, Path folder) throws IOException {
        Volume volume = around(files, folder);
        if (!isOne(volume, folder)) {
            return StagedRecovery.NOTHING;
        }
        Closeable lock;
        try {
            lock = FolderLock.take(volume, folder);
        } catch (UnsafeStateException e) {
            return StagedRecovery.NOTHING;
        }
        StagingToken token = ours(volume, folder).orElse(new StagingToken(Set.of()));
        try (StagingFolder left = new StagingFolder(volume, AtomicName.finished(folder), folder, lock, token)) {
            left.clearShelters();
            List<Path> found = left.files();
            if (found.isEmpty() && volume.exists(left.target)) {
                // All have their names; only this folder was left.
                left.forceNames();
                return StagedRecovery.NAMED;
            }
            if (!isComplete(volume, folder) || found.isEmpty()) {
                return StagedRecovery.REMOVED;
            }
            left.leftovers = Leftovers.KEPT;
            for (Path file : found) {
                left.requireFree(left.named(file));
            }
            left.giveNames(found);
            left.leftovers = Leftovers.NONE;
            return StagedRecovery.NAMED;
        }
    }

    /**
     * Removes what is ours, but for the token: what a crash or a failure leaves meanwhile is still known for ours.
     *
     * @throws IOException the first failure; what could be removed is gone all the same
     */
    private void removeFiles() throws IOException {
        List<Path> removed = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        try {
            clearShelters();
        } catch (IOException e) {
            failures.add(e);
        }
        for (Path file : volume.list(folder)) {
            try {
                boolean ours = file.endsWith(COMPLETE) || token.covers(file);
                if (ours
                        && volume.entry(file)
                                .filter(e -> e.kind() != Entry.Kind.FOLDER)
                                .isPresent()) {
                    volume.delete(file);
                    removed.add(file);
                }
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        if (!removed.isEmpty()) {
            volume.forceNames(folder);
        }
    }

    private void clearShelters() throws IOException {
        for (Path file : volume.list(folder)) {
            Shelter.clear(volume, file);
        }
    }

    private void removeOwn(String name) throws IOException {
        Path file = folder.resolve(name);
        if (volume.entry(file).filter(e -> e.kind() == Entry.Kind.FILE).isPresent()) {
            volume.delete(file);
        }
    }

    /**
     * Removes the folder, with what was not published; what somebody else put into it stays. Once all files have their
     * names the disk is made, and if the folder can't be removed recovery will.
     */
    @Override
    public void close() throws IOException {
        if (leftovers != Leftovers.NONE) {
            closeUnpublished();
            return;
        }
        try (lock) {
            drop(folder.resolve(COMPLETE));
            drop(folder.resolve(StagingToken.NAME));
        } catch (IOException e) {
            // The lock's file stays, and the folder with it.
        }
        drop(folder);
    }

    /** Fails silently where nothing is, where somebody else's files are, or if a failure concerns no file of the disk. */
    private void drop(Path path) {
        try {
            volume.delete(path);
        } catch (IOException e) {
            // Recovery knows it for ours.
        }
    }

    private void closeUnpublished() throws IOException {
        try (lock) {
            if (leftovers == Leftovers.REMOVED) {
                removeFiles();
                removeOwn(StagingToken.NAME);
            }
        }
        if (leftovers == Leftovers.REMOVED) {
            try {
                volume.delete(folder);
            } catch (DirectoryNotEmptyException e) {
                // Somebody else's files.
            }
        }
    }
}

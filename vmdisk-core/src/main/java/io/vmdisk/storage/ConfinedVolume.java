package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of another volume, of which only those in certain folders can be changed, and only by a way that follows no
 * symbolic link. Reading is free. Work on what strangers wrote goes through it: whatever a journal or a descriptor names,
 * nothing outside changes.
 */
final class ConfinedVolume implements Volume {
    private final Volume files;
    private final Confinement confinement;

    ConfinedVolume(Volume files, List<Path> folders) {
        this.files = files;
        this.confinement = new Confinement(folders);
    }

    private HeldFolder folderOf(Path path) throws IOException {
        Path wanted = path.toAbsolutePath();
        return files.hold(confinement.rootOf(wanted), AtomicName.folderOf(wanted));
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.toAbsolutePath().getFileName());
    }

    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        if (mode == OpenMode.READ) {
            return files.open(path, mode);
        }
        if (mode == OpenMode.WRITE) {
            confinement.rootOf(path);
            Confinement.requireFile(path, files.entry(path));
        }
        try (HeldFolder folder = folderOf(path)) {
            return folder.open(nameOf(path), mode);
        }
    }

    @Override
    public BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        if (mode == OpenMode.READ) {
            return files.openWithin(bounds, path, mode);
        }
        bounds.require(path);
        return open(path, mode);
    }

    @Override
    public BlockFile createLike(Path path, Path model) throws IOException {
        requireReachable(path);
        return files.createLike(path, model);
    }

    @Override
    public boolean taken(Path path) {
        return files.taken(path);
    }

    @Override
    public boolean isLink(Path path) {
        return files.isLink(path);
    }

    @Override
    public Path real(Path path) throws IOException {
        return files.real(path);
    }

    @Override
    public Optional<FileRights> rights(Path path) throws IOException {
        return files.rights(path);
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return files.openDevice(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try (HeldFolder source = folderOf(from);
                HeldFolder target = folderOf(to)) {
            source.rename(nameOf(from), target, nameOf(to));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        try (HeldFolder folder = folderOf(path)) {
            folder.delete(nameOf(path));
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        requireReachable(folder);
        files.createFolder(folder);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        requireReachable(folder);
        files.makeFolder(folder);
    }

    @Override
    public void requireLocks(Path folder) throws IOException {
        files.requireLocks(folder);
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        requireReachable(lockFile);
        Optional<Entry> present = files.entry(lockFile);
        if (present.isPresent()) {
            Confinement.requireFile(lockFile, present);
        }
        return files.lock(lockFile);
    }

    /** Holding a file changes nothing of it. */
    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        return files.hold(file, hold);
    }

    /** Refuses a path that leads outside, or through anything but folders, as far as there is something. */
    @Override
    public void requireReachable(Path path) throws IOException {
        Path wanted = path.toAbsolutePath();
        Path root = confinement.rootOf(wanted);
        Path at = root;
        for (Path name : Confinement.below(root, AtomicName.folderOf(wanted))) {
            at = at.resolve(name);
            Optional<Entry> entry = files.entry(at);
            if (entry.isEmpty()) {
                return;
            }
            if (entry.get().kind() != Entry.Kind.FOLDER) {
                throw Confinement.notAFolder(at, entry.get().kind());
            }
        }
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        return files.facts(path);
    }

    @Override
    public Optional<Entry> entry(Path path) throws IOException {
        return files.entry(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return files.list(folder);
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        files.forceNames(folder);
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return files.freeBytes(folder);
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return files.sharesBlocksOf(folder, from);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        return files.storeName(folder);
    }

    @Override
    public HeldFolder hold(Path root, Path folder) throws IOException {
        requireReachable(folder.resolve("any"));
        return files.hold(root, folder);
    }
}

package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Another volume, in which every new file has the rights of a model. */
record LikeVolume(Volume volume, Path model) implements Volume {
    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        return mode == OpenMode.CREATE ? volume.createLike(path, model) : volume.open(path, mode);
    }

    @Override
    public boolean isMapped(Path path) {
        return volume.isMapped(path);
    }

    @Override
    public Path named(Path path) {
        return volume.named(path);
    }

    @Override
    public Path actual(Path path) {
        return volume.actual(path);
    }

    @Override
    public BlockFile createLike(Path path, Path other) throws IOException {
        return volume.createLike(path, volume.exists(other) ? other : model);
    }

    @Override
    public BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        return volume.openWithin(bounds, path, mode);
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return volume.openDevice(path);
    }

    @Override
    public boolean exists(Path path) {
        return volume.exists(path);
    }

    @Override
    public boolean taken(Path path) {
        return volume.taken(path);
    }

    @Override
    public boolean isLink(Path path) {
        return volume.isLink(path);
    }

    @Override
    public Path real(Path path) throws IOException {
        return volume.real(path);
    }

    @Override
    public Optional<FileRights> rights(Path path) throws IOException {
        return volume.rights(path);
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        return volume.facts(path);
    }

    @Override
    public Optional<Entry> entry(Path path) throws IOException {
        return volume.entry(path);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        volume.makeFolder(folder);
    }

    /** Around this volume, so that new files there have the model's rights too. */
    @Override
    public Volume within(List<Path> folders) {
        return new ConfinedVolume(this, folders);
    }

    /** By looking before each change: a folder that is held open gives new files no rights of others. */
    @Override
    public HeldFolder hold(Path root, Path folder) throws IOException {
        return new CheckedFolder(this, root, folder);
    }

    @Override
    public void requireReachable(Path path) throws IOException {
        volume.requireReachable(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return volume.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        volume.createFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        volume.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        volume.delete(path);
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        volume.forceNames(folder);
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return volume.freeBytes(folder);
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return volume.sharesBlocksOf(folder, from);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        return volume.storeName(folder);
    }

    @Override
    public void requireLocks(Path folder) throws IOException {
        volume.requireLocks(folder);
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        return volume.lock(lockFile);
    }

    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        return volume.hold(file, hold);
    }
}

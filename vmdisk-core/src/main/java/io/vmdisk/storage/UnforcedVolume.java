package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Another volume, whose files and names become durable whenever the system writes them back: nobody waits for that. */
record UnforcedVolume(Volume volume) implements Volume {
    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        return new UnforcedFile(volume.open(path, mode));
    }

    @Override
    public BlockFile createLike(Path path, Path model) throws IOException {
        return new UnforcedFile(volume.createLike(path, model));
    }

    @Override
    public BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        return new UnforcedFile(volume.openWithin(bounds, path, mode));
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return new UnforcedFile(volume.openDevice(path));
    }

    @Override
    public Volume within(List<Path> folders) {
        return new UnforcedVolume(volume.within(folders));
    }

    @Override
    public HeldFolder hold(Path root, Path folder) throws IOException {
        return new UnforcedFolder(volume.hold(root, folder));
    }

    @Override
    public void forceNames(Path folder) {}

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
    public long freeBytes(Path folder) throws IOException {
        return volume.freeBytes(folder);
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return volume.sharesBlocksOf(folder, from instanceof UnforcedFile other ? other.file : from);
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

    private record UnforcedFolder(HeldFolder folder) implements HeldFolder {
        @Override
        public BlockFile open(String name, OpenMode mode) throws IOException {
            return new UnforcedFile(folder.open(name, mode));
        }

        @Override
        public void rename(String name, HeldFolder to, String newName) throws IOException {
            folder.rename(name, ((UnforcedFolder) to).folder, newName);
        }

        @Override
        public void delete(String name) throws IOException {
            folder.delete(name);
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }

    private record UnforcedFile(BlockFile file) implements BlockFile {
        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long at, ByteBuffer into) throws IOException {
            return file.read(at, into);
        }

        @Override
        public void writeFully(long at, ByteBuffer from) throws IOException {
            file.writeFully(at, from);
        }

        @Override
        public void setSize(long size) throws IOException {
            file.setSize(size);
        }

        @Override
        public void force() {}

        @Override
        public long nextData(long at) throws IOException {
            return file.nextData(at);
        }

        @Override
        public long nextHole(long at) throws IOException {
            return file.nextHole(at);
        }

        @Override
        public boolean punch(long at, long length) throws IOException {
            return file.punch(at, length);
        }

        @Override
        public boolean allocate(long at, long length) throws IOException {
            return file.allocate(at, length);
        }

        @Override
        public boolean sharesBlocks() {
            return file.sharesBlocks();
        }

        @Override
        public boolean sharesBlocksOf(BlockFile from) throws IOException {
            return file.sharesBlocksOf(from instanceof UnforcedFile other ? other.file : from);
        }

        @Override
        public boolean share(long at, BlockFile from, long start, long length) throws IOException {
            return file.share(at, from instanceof UnforcedFile other ? other.file : from, start, length);
        }

        @Override
        public long allocatedBytes() throws IOException {
            return file.allocatedBytes();
        }

        @Override
        public long sharedBytes() throws IOException {
            return file.sharedBytes();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }
}

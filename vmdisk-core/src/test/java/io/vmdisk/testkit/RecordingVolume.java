package io.vmdisk.testkit;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FileRights;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logs what passes to another volume: every open, write, change of size, punch, force, rename, delete and force of
 * names, with its bytes. Reads are not logged, nor is a call that failed: put a {@link FaultVolume} before the recorder,
 * not behind it, so that half-done writes are seen.
 *
 * <p>Calls that are logged run one at a time, so the log is the order in which things happened.
 */
public final class RecordingVolume implements Volume {
    private final Volume volume;
    private final List<Call> log = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final Map<Path, Call.FileId> ids = new HashMap<>();
    private String label = "";

    /** Records on top of {@code volume}. */
    public RecordingVolume(Volume volume) {
        this.volume = volume;
    }

    /** What has happened so far. */
    public synchronized List<Call> log() {
        return List.copyOf(log);
    }

    /** The label of each call in {@link #log}. */
    synchronized List<String> labels() {
        return List.copyOf(labels);
    }

    /** Names what the tested code does from now on, say a plan's step; crash points carry it. */
    public synchronized void label(String newLabel) {
        label = newLabel;
    }

    private void add(Call call) {
        log.add(call);
        labels.add(label);
    }

    private static Path name(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private Call.FileId id(Path path) {
        return ids.computeIfAbsent(name(path), bornAs -> new Call.FileId(bornAs, 0));
    }

    @Override
    public synchronized BlockFile open(Path path, OpenMode mode) throws IOException {
        BlockFile file = volume.open(path, mode);
        Call.FileId id;
        if (mode == OpenMode.CREATE) {
            id = new Call.FileId(name(path), log.size() + 1);
            ids.put(name(path), id);
            add(new Call.Create(id, path));
        } else {
            id = id(path);
            add(new Call.Open(id, path, mode));
        }
        return new RecordedFile(id, file);
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
    public List<Path> list(Path folder) throws IOException {
        return volume.list(folder);
    }

    @Override
    public synchronized void createFolder(Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = name(folder); at != null && !volume.exists(at); at = at.getParent()) {
            missing.add(0, at);
        }
        volume.createFolder(folder);
        missing.forEach(path -> add(new Call.CreateFolder(path)));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        volume.rename(from, to);
        Call.FileId id = id(from);
        ids.remove(name(from));
        ids.put(name(to), id);
        add(new Call.Rename(id, from, to));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        volume.delete(path);
        ids.remove(name(path));
        add(new Call.Delete(path));
    }

    @Override
    public synchronized void forceNames(Path folder) throws IOException {
        volume.forceNames(folder);
        add(new Call.ForceNames(folder));
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return volume.freeBytes(folder);
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return volume.sharesBlocksOf(folder, from instanceof RecordedFile other ? other.file : from);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        return volume.storeName(folder);
    }

    @Override
    public synchronized Closeable lock(Path lockFile) throws IOException {
        boolean fresh = !volume.exists(lockFile);
        Closeable lock = volume.lock(lockFile);
        if (fresh) {
            Call.FileId id = new Call.FileId(name(lockFile), log.size() + 1);
            ids.put(name(lockFile), id);
            add(new Call.Create(id, lockFile));
        }
        return lock;
    }

    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        return volume.hold(file, hold);
    }

    private final class RecordedFile implements BlockFile {
        private final Call.FileId id;
        private final BlockFile file;
        private boolean closed;

        RecordedFile(Call.FileId id, BlockFile file) {
            this.id = id;
            this.file = file;
        }

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
            synchronized (RecordingVolume.this) {
                byte[] bytes = new byte[from.remaining()];
                from.duplicate().get(bytes);
                file.writeFully(at, from);
                add(new Call.Write(id, path(), at, bytes));
            }
        }

        @Override
        public void setSize(long size) throws IOException {
            synchronized (RecordingVolume.this) {
                file.setSize(size);
                add(new Call.SetSize(id, path(), size));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (RecordingVolume.this) {
                file.force();
                add(new Call.Force(id, path()));
            }
        }

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
            synchronized (RecordingVolume.this) {
                boolean punched = file.punch(at, length);
                if (punched) {
                    add(new Call.Punch(id, path(), at, length));
                }
                return punched;
            }
        }

        /** What was shared counts as written: until it is forced a crash may lose it, all or in part. */
        @Override
        public boolean share(long at, BlockFile from, long start, long length) throws IOException {
            synchronized (RecordingVolume.this) {
                BlockFile inner = from instanceof RecordedFile other ? other.file : from;
                boolean shared = file.share(at, inner, start, length);
                if (shared) {
                    ByteBuffer bytes = ByteBuffer.allocate((int) length);
                    file.readFully(at, bytes);
                    add(new Call.Write(id, path(), at, bytes.array()));
                }
                return shared;
            }
        }

        @Override
        public boolean sharesBlocksOf(BlockFile from) throws IOException {
            return file.sharesBlocksOf(from instanceof RecordedFile other ? other.file : from);
        }

        @Override
        public boolean sharesBlocks() {
            return file.sharesBlocks();
        }

        @Override
        public boolean allocate(long at, long length) throws IOException {
            return file.allocate(at, length);
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
            synchronized (RecordingVolume.this) {
                file.close();
                if (!closed) {
                    closed = true;
                    add(new Call.Close(id, path()));
                }
            }
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }
}

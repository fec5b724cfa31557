package io.vmdisk.testkit;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FileRights;
import io.vmdisk.storage.ForceGuard;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Passes calls to another volume and fails chosen ones with {@link InjectedFaultException}.
 *
 * <p>Counted is every call that may fail, reads and looks included; {@code exists} and {@code close} are not. A failed call changes
 * nothing, but for a write on a full disk, which leaves what still fitted, as disks do, and a force, which spoils the open
 * file as the contract says. Run a body with N = 1, 2, 3 …
 * until {@link #failed} stays empty, and every call of it has failed once. Safe for many threads.
 */
public final class FaultVolume implements Volume {
    private static final int SECTOR = 512;

    private final Volume volume;
    private final long firstBad;
    private final long lastBad;
    private final Holes holes;
    private final AtomicLong room;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<String> failed = new AtomicReference<>();
    private final Map<Path, Set<Long>> unreadable = new ConcurrentHashMap<>();

    private enum Holes {
        PUNCHED,
        REFUSED,
        UNSEEN
    }

    private FaultVolume(Volume volume, long firstBad, long lastBad, long roomBytes, Holes holes) {
        this.volume = volume;
        this.holes = holes;
        this.firstBad = firstBad;
        this.lastBad = lastBad;
        this.room = new AtomicLong(roomBytes);
    }

    /** Fails the {@code n}-th call (from 1), and no other. */
    public static FaultVolume failOnce(Volume volume, int n) {
        return new FaultVolume(volume, n, n, Long.MAX_VALUE, Holes.PUNCHED);
    }

    /** Fails the {@code n}-th call (from 1) and every later one. */
    public static FaultVolume failFrom(Volume volume, int n) {
        return new FaultVolume(volume, n, Long.MAX_VALUE, Long.MAX_VALUE, Holes.PUNCHED);
    }

    /** Is full once {@code bytes} bytes were written, new or over old ones alike. */
    public static FaultVolume fullAfter(Volume volume, long bytes) {
        return new FaultVolume(volume, Long.MAX_VALUE, Long.MAX_VALUE, bytes, Holes.PUNCHED);
    }

    /** Has no way to give space back, as Java 17 and some file systems; fails nothing. */
    public static FaultVolume withoutPunch(Volume volume) {
        return new FaultVolume(volume, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Holes.REFUSED);
    }

    /** Can't tell holes from data either, as Java 17; fails nothing. */
    public static FaultVolume withoutHoles(Volume volume) {
        return new FaultVolume(volume, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Holes.UNSEEN);
    }

    /** Makes sectors of a file unreadable, as a dying drive does: no read that touches one of them succeeds. */
    public FaultVolume unreadable(Path file, long... sectors) {
        Set<Long> bad = unreadable.computeIfAbsent(file, each -> ConcurrentHashMap.newKeySet());
        for (long sector : sectors) {
            bad.add(sector);
        }
        return this;
    }

    /** Fails nothing of its own accord; see {@link #unreadable}. */
    public static FaultVolume over(Volume volume) {
        return new FaultVolume(volume, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Holes.PUNCHED);
    }

    private void requireReadable(Path file, long at, int length) throws InjectedFaultException {
        Set<Long> bad = unreadable.getOrDefault(file, Set.of());
        for (long sector = at / SECTOR; !bad.isEmpty() && sector * SECTOR < at + length; sector++) {
            if (bad.contains(sector)) {
                throw fault("read " + file.getFileName() + "@" + at, "unreadable sector " + sector);
            }
        }
    }

    /** How many calls came. */
    public int calls() {
        return calls.get();
    }

    /** The first call that was failed, as in {@code write#12 disk.vmdk@65536+512}; empty if none was. */
    public Optional<String> failed() {
        return Optional.ofNullable(failed.get());
    }

    private void pass(String verb, Object what) throws InjectedFaultException {
        int number = calls.incrementAndGet();
        if (number >= firstBad && number <= lastBad) {
            throw fault(verb + "#" + number + " " + what, "injected fault");
        }
    }

    private InjectedFaultException fault(String call, String reason) {
        if (failed.compareAndSet(null, call)) {
            Tally.FAILED_CALLS.count();
        }
        return new InjectedFaultException(reason + " at " + call);
    }

    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        pass("open", path.getFileName() + " " + mode);
        return new FaultyFile(volume.open(path, mode));
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        pass("openDevice", path);
        return new FaultyFile(volume.openDevice(path));
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
    public Optional<Entry> entry(Path path) throws IOException {
        pass("entry", path.getFileName());
        return volume.entry(path);
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        pass("facts", path.getFileName());
        return volume.facts(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        pass("list", folder.getFileName());
        return volume.list(folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        pass("createFolder", folder.getFileName());
        volume.createFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        pass("rename", from.getFileName() + "->" + to.getFileName());
        volume.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        pass("delete", path.getFileName());
        volume.delete(path);
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        pass("forceNames", folder.getFileName());
        volume.forceNames(folder);
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        pass("freeBytes", folder.getFileName());
        return Math.min(room.get(), volume.freeBytes(folder));
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        pass("sharesBlocksOf", folder.getFileName());
        return volume.sharesBlocksOf(folder, from instanceof FaultyFile other ? other.file : from);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        pass("storeName", folder.getFileName());
        return volume.storeName(folder);
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        pass("lock", lockFile.getFileName());
        return volume.lock(lockFile);
    }

    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        pass("hold", file.getFileName() + " " + hold);
        return volume.hold(file, hold);
    }

    private final class FaultyFile implements BlockFile {
        private final BlockFile file;
        private final ForceGuard guard;

        FaultyFile(BlockFile file) {
            this.file = file;
            this.guard = new ForceGuard(file.path());
        }

        private String range(long at, long length) {
            return path().getFileName() + "@" + at + "+" + length;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            pass("size", path().getFileName());
            return file.size();
        }

        @Override
        public int read(long at, ByteBuffer into) throws IOException {
            pass("read", range(at, into.remaining()));
            requireReadable(path(), at, into.remaining());
            return file.read(at, into);
        }

        @Override
        public void writeFully(long at, ByteBuffer from) throws IOException {
            guard.requireSound();
            int length = from.remaining();
            pass("write", range(at, length));
            long before = room.getAndUpdate(bytes -> Math.max(0, bytes - length));
            if (before >= length) {
                file.writeFully(at, from);
                return;
            }
            if (before > 0) {
                ByteBuffer fitting = from.duplicate().limit(from.position() + (int) before);
                file.writeFully(at, fitting);
            }
            throw fault("write#" + calls.get() + " " + range(at, length), "No space left on device");
        }

        @Override
        public void setSize(long size) throws IOException {
            guard.requireSound();
            pass("setSize", path().getFileName() + "=" + size);
            file.setSize(size);
        }

        @Override
        public void force() throws IOException {
            guard.force(() -> {
                pass("force", path().getFileName());
                file.force();
            });
        }

        @Override
        public long nextData(long at) throws IOException {
            pass("nextData", range(at, 0));
            return holes == Holes.UNSEEN ? Math.min(at, file.size()) : file.nextData(at);
        }

        @Override
        public long nextHole(long at) throws IOException {
            pass("nextHole", range(at, 0));
            return holes == Holes.UNSEEN ? file.size() : file.nextHole(at);
        }

        @Override
        public boolean punch(long at, long length) throws IOException {
            guard.requireSound();
            pass("punch", range(at, length));
            return holes == Holes.PUNCHED && file.punch(at, length);
        }

        @Override
        public boolean share(long at, BlockFile from, long start, long length) throws IOException {
            guard.requireSound();
            BlockFile inner = from instanceof FaultyFile other ? other.file : from;
            pass("share", range(at, length));
            return file.share(at, inner, start, length);
        }

        @Override
        public boolean sharesBlocksOf(BlockFile from) throws IOException {
            return file.sharesBlocksOf(from instanceof FaultyFile other ? other.file : from);
        }

        @Override
        public boolean sharesBlocks() {
            return file.sharesBlocks();
        }

        @Override
        public boolean allocate(long at, long length) throws IOException {
            pass("allocate", range(at, length));
            return length <= room.get() && file.allocate(at, length);
        }

        @Override
        public long allocatedBytes() throws IOException {
            pass("allocatedBytes", path().getFileName());
            return holes == Holes.UNSEEN ? -1 : file.allocatedBytes();
        }

        @Override
        public long sharedBytes() throws IOException {
            pass("sharedBytes", path().getFileName());
            return holes == Holes.UNSEEN ? -1 : file.sharedBytes();
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

package io.vmdisk.nbd;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A volume with one file, an export of an NBD server, read-only. What opens a raw image from files can open it from
 * here.
 *
 * <pre>{@code
 * Path name = Path.of("server");
 * OpenOptions options = OpenOptions.readOnly().withVolume(new NbdVolume(NbdAddress.parse("nbd://host/export"), name));
 * try (VirtualDisk disk = VirtualDisk.openRaw(name, options)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Threads may share it, like every volume.
 *
 * @since 0.1
 */
public final class NbdVolume implements Volume {
    private static final long UNKNOWN = -1;

    private final NbdAddress address;
    private final Path name;
    /** As the last connection said: some servers let one client in at a time, so nobody is asked twice at once. */
    private volatile long size = UNKNOWN;

    /**
     * An export.
     *
     * @param address where the server is
     * @param name what the export is called in messages, and the only path that is known here
     */
    public NbdVolume(NbdAddress address, Path name) {
        this.address = address;
        this.name = name;
    }

    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        if (mode != OpenMode.READ) {
            throw readOnly();
        }
        requireKnown(path);
        NbdFile file = new NbdFile(address, path);
        size = file.size();
        return file;
    }

    private void requireKnown(Path path) throws IOException {
        if (!exists(path)) {
            throw new java.nio.file.NoSuchFileException(path.toString());
        }
    }

    private UnsupportedFeatureException readOnly() {
        return new UnsupportedFeatureException(
                "nbd-write", name, "a disk behind NBD is only read here", "convert it to a file, and change that");
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return open(path, OpenMode.READ);
    }

    @Override
    public boolean exists(Path path) {
        return path.equals(name);
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        if (size == UNKNOWN) {
            open(path, OpenMode.READ).close();
        }
        requireKnown(path);
        return new FileFacts(FileFacts.Kind.FILE, size, Instant.EPOCH, name);
    }

    @Override
    public List<Path> list(Path folder) {
        return List.of();
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        throw readOnly();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        throw readOnly();
    }

    @Override
    public void delete(Path path) throws IOException {
        throw readOnly();
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        throw readOnly();
    }

    @Override
    public long freeBytes(Path folder) {
        return 0;
    }

    @Override
    public String storeName(Path folder) {
        return "nbd";
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        throw readOnly();
    }

    /** Who else reads or writes there is for the server to say. */
    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        requireKnown(file);
        if (hold == Hold.EXCLUSIVE) {
            throw readOnly();
        }
        return () -> {};
    }
}

package io.vmdisk.spark;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.remote.RangeStore;
import io.vmdisk.remote.StoreKey;
import io.vmdisk.remote.StoredObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file system of Hadoop: HDFS, and whatever else it has drivers for. */
final class HadoopStore implements RangeStore {
    private final FileSystem files;
    private final String name;

    /**
     * A file system.
     *
     * @param files shared with others, and so never closed here
     * @param any a path in it
     */
    HadoopStore(FileSystem files, Path any) {
        this.files = files;
        String authority = any.toUri().getAuthority();
        this.name = any.toUri().getScheme() + "://" + (authority == null ? "" : authority);
    }

    private Path path(StoreKey key) {
        return new Path(name + '/' + key.name());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Look> look(StoreKey key) throws IOException {
        try {
            FileStatus status = files.getFileStatus(path(key));
            return status.isFile() ? Optional.of(new Look(object(status), ByteBuffer.allocate(0))) : Optional.empty();
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static StoredObject object(FileStatus status) {
        Instant modified = Instant.ofEpochMilli(status.getModificationTime());
        return new StoredObject(status.getLen(), modified, modified.toString());
    }

    @Override
    public void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        byte[] bytes = new byte[into.remaining()];
        try (FSDataInputStream in = files.open(path(key))) {
            in.readFully(at, bytes);
        }
        // Asked afterwards: what was replaced meanwhile is found, whichever of the two was read.
        if (!object(files.getFileStatus(path(key))).equals(seen)) {
            throw new UnsafeStateException(
                    "changed", key.path(), "it changed while it was read", "try again once nobody writes it");
        }
        into.put(bytes);
    }

    @Override
    public List<Entry> list(StoreKey folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try {
            for (FileStatus status : files.listStatus(path(folder))) {
                entries.add(new Entry(status.getPath().getName(), status.isDirectory()));
            }
        } catch (FileNotFoundException e) {
            return List.of();
        }
        return entries;
    }

    @Override
    public void close() {}
}

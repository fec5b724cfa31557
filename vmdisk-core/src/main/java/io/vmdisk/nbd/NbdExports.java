package io.vmdisk.nbd;

import io.vmdisk.ByteRange;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.partition.Partition;
import io.vmdisk.guest.partition.PartitionTable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The disks of a server and their partitions, by name.
 *
 * <p>Clients that were told no name send the empty one. It means the only disk; if there are several, it means none.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class NbdExports implements Closeable {
    private final Map<String, SharedDisk> disks = new LinkedHashMap<>();

    private NbdExports(List<ServedDisk> served) {
        for (ServedDisk disk : served) {
            if (disks.put(disk.name(), new SharedDisk(disk)) != null) {
                throw new IllegalArgumentException("two exports with the name '" + disk.name() + "'");
            }
        }
    }

    /**
     * {@return the exports of some disks, none of which is opened yet}
     *
     * @param disks with names that differ
     * @throws IllegalArgumentException if two have the same name
     */
    public static NbdExports of(List<ServedDisk> disks) {
        return new NbdExports(disks);
    }

    /**
     * Opens all disks and keeps them open until {@link #close}, so that a disk that can't be opened shows now.
     *
     * @throws IOException of the first disk that can't be opened, as its source threw it
     */
    public void keepOpen() throws IOException {
        for (SharedDisk disk : disks.values()) {
            disk.keep();
        }
    }

    /**
     * Closes all disks. Requests that are running are finished and flushed; later ones fail.
     *
     * @throws IOException the first failure to flush or close; all disks are closed nonetheless
     */
    @Override
    public void close() throws IOException {
        IOException first = null;
        for (SharedDisk disk : disks.values()) {
            try {
                disk.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /**
     * {@return each disk followed by its partitions; a disk that can't be opened is listed with the reason, and a disk
     * with a damaged partition table without partitions}
     */
    public List<NbdExport> list() {
        List<NbdExport> found = new ArrayList<>();
        for (SharedDisk shared : disks.values()) {
            ServedDisk served = shared.served();
            try (SharedDisk.Lease lease = shared.lease()) {
                VirtualDisk disk = lease.disk();
                found.add(new NbdExport(served.name(), served.description(), disk.capacity(), Optional.empty()));
                for (Partition partition : partitions(disk)) {
                    found.add(new NbdExport(
                            served.partitionName(partition.number()),
                            describe(served, partition),
                            partition.range().length(),
                            Optional.empty()));
                }
            } catch (IOException e) {
                found.add(new NbdExport(served.name(), served.description(), 0, Optional.of(e)));
            }
        }
        return found;
    }

    private static String describe(ServedDisk served, Partition partition) {
        return served.description() + ", partition " + partition.number() + " (" + partition.typeName() + ")";
    }

    /** A table that is damaged has no partitions that could be served; the disk still can. */
    private static List<Partition> partitions(VirtualDisk disk) throws IOException {
        try {
            return PartitionTable.read(new DiskBytes(disk)).partitions();
        } catch (VmdiskException e) {
            return List.of();
        }
    }

    /** Opens what a client named; null if there is nothing of that name. */
    @Nullable
    OpenExport open(String name) throws IOException {
        SharedDisk named = disks.get(name);
        if (named == null && name.isEmpty() && disks.size() == 1) {
            named = disks.values().iterator().next();
        }
        if (named != null) {
            SharedDisk.Lease lease = named.lease();
            ByteRange whole = new ByteRange(0, lease.disk().capacity());
            return new OpenExport(named.served().name(), named.served().description(), lease, whole);
        }
        return openPartition(name);
    }

    private @Nullable OpenExport openPartition(String name) throws IOException {
        int slash = name.lastIndexOf('/');
        SharedDisk shared = disks.get(slash < 0 ? "" : name.substring(0, slash));
        if (shared == null) {
            return null;
        }
        SharedDisk.Lease lease = shared.lease();
        try {
            for (Partition partition : partitions(lease.disk())) {
                if (name.equals(shared.served().partitionName(partition.number()))) {
                    return new OpenExport(name, describe(shared.served(), partition), lease, partition.range());
                }
            }
        } catch (IOException | RuntimeException e) {
            try {
                lease.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        lease.close();
        return null;
    }

    /** A disk as a reader of partition tables wants it. */
    private record DiskBytes(VirtualDisk disk) implements GuestBytes {
        @Override
        public long size() {
            return disk.capacity();
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            disk.read(at, into);
        }
    }
}

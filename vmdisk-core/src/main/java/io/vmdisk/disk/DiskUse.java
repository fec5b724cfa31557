package io.vmdisk.disk;

import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Says whether a disk may be changed now: nobody else may be using it, and no other disk may depend on it. */
public final class DiskUse {
    private DiskUse() {}

    /**
     * Refuses a disk that is in use or that others depend on, and an extent whose descriptor lies beside it: its content
     * ID would not follow, and nobody would see who depends on it.
     *
     * @param options what the user agreed to all the same
     * @throws UnsafeStateException names the lock or the disks
     */
    public static void refuse(DiskLink disk, OpenOptions options) throws IOException {
        if (disk.place() instanceof DescriptorPlace.Missing) {
            refuseShared(disk, options, "name that disk instead");
        }
        if (!options.allows(OpenOptions.Permission.WRITE_LOCKED)) {
            refuseLocked(disk, options);
        }
        if (!options.allows(OpenOptions.Permission.WRITE_SHARED)) {
            refuseDependants(disk, options);
        }
    }

    /**
     * Refuses a disk whose files must go or get other names while another descriptor names them too: what looks like a
     * copy of a disk may be a copy of its descriptor alone.
     *
     * @throws UnsafeStateException names the other descriptors
     */
    public static void refuseShared(DiskLink disk, OpenOptions options) throws IOException {
        refuseShared(disk, options, "if this descriptor is a mere copy, delete that one file");
    }

    private static void refuseShared(DiskLink disk, OpenOptions options, String hint) throws IOException {
        List<Path> others = Dependants.sharing(disk, options);
        if (!others.isEmpty()) {
            throw new UnsafeStateException(
                    "shared-file", disk.path(), "its files are those of another disk too: " + others, hint);
        }
    }

    /**
     * Keeps others from changing a disk until the result is closed.
     *
     * @throws UnsafeStateException as {@link #refuse}, or if another vmdisk has it open for writing
     */
    public static Closeable take(DiskChain disk, OpenOptions options) throws IOException {
        return DiskWriter.Guard.of(disk, options);
    }

    private static void refuseLocked(DiskLink disk, OpenOptions options) throws UnsafeStateException {
        Path vmware = disk.path().resolveSibling(disk.path().getFileName() + ".lck");
        if (options.volume().exists(vmware)) {
            throw new UnsafeStateException(
                    "in-use",
                    disk.path(),
                    "there is a lock of VMware beside it (" + vmware.getFileName() + "): the disk may be in use",
                    "shut the virtual machine down; if the lock is stale, say --force=in-use");
        }
    }

    private static void refuseDependants(DiskLink disk, OpenOptions options) throws IOException {
        List<Path> children = Dependants.of(disk.path(), options);
        if (!children.isEmpty()) {
            throw new UnsafeStateException(
                    "has-children",
                    disk.path(),
                    "other disks depend on it: " + children + "; changing it would break them",
                    "work on the topmost link, or consolidate first");
        }
    }
}

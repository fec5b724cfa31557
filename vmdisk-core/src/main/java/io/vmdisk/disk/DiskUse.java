package io.vmdisk.disk;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Closers;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a disk may be changed now: no one else may be using it, and no other disk may depend on it.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DiskUse {
    private DiskUse() {}

    /**
     * Refuses a disk that is in use or on which other disks depend, a disk in whose folder an operation waits for
     * recovery, and an extent whose descriptor lies beside it: its content ID would not follow, and the disks that
     * depend on it could not be found.
     *
     * @param disk the disk
     * @param options has the dangers to which the user agreed
     * @throws UnsafeStateException with the lock, the journal or the disks
     * @throws IOException if a folder or file can't be looked at
     */
    public static void refuse(DiskLink disk, OpenOptions options) throws IOException {
        Set<Path> folders = folders(disk, options.volume());
        if (!options.allows(OpenOptions.Permission.UNDER_LOCK)) {
            for (Path folder : folders) {
                FolderLock.refuseJournal(options.volume(), folder);
            }
        }
        if (disk.place() instanceof DescriptorPlace.Missing) {
            refuseShared(disk, options, "name that disk instead");
        }
        if (!options.allows(OpenOptions.Permission.WRITE_LOCKED)) {
            refuseLocked(disk, options, folders);
        }
        if (!options.allows(OpenOptions.Permission.WRITE_SHARED)) {
            refuseDependants(disk, options);
        }
    }

    /**
     * Refuses a disk whose files must be removed or renamed while another descriptor names them too. What looks like a
     * copy of a disk may be a copy of its descriptor alone.
     *
     * @param disk the disk
     * @param options how files are found and opened
     * @throws UnsafeStateException {@code shared-file}, with the other descriptors
     * @throws IOException if a folder or file can't be looked at
     */
    public static void refuseShared(DiskLink disk, OpenOptions options) throws IOException {
        refuseShared(disk, options, "if this descriptor is a mere copy, delete that one file");
    }

    /**
     * For a disk that does not exist or can't be read, and would be opened for more than reading, names the operation
     * that is running in its folder or was interrupted there: no other advice would be good then.
     *
     * @param disk the disk
     * @param options how the disk would be opened
     * @throws UnsafeStateException {@code locked} or {@code journal}
     * @throws IOException if the folder can't be looked at
     */
    public static void refuseUnfinished(Path disk, OpenOptions options) throws IOException {
        if (options.access() != OpenOptions.Access.READ && !options.allows(OpenOptions.Permission.UNDER_LOCK)) {
            FolderLock.refuseJournal(options.volume(), AtomicName.folderOf(disk));
        }
    }

    /** The folders of its files, by the names they were given and where links lead. */
    private static Set<Path> folders(DiskLink disk, Volume volume) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path file : disk.files()) {
            if (volume.exists(file)) {
                folders.add(AtomicName.folderOf(file));
                folders.add(AtomicName.folderOf(volume.real(file)));
            }
        }
        return folders;
    }

    private static void refuseShared(DiskLink disk, OpenOptions options, String hint) throws IOException {
        List<Path> others = Dependants.sharing(disk, options);
        if (!others.isEmpty()) {
            throw new UnsafeStateException(
                    "shared-file",
                    disk.path(),
                    "its files are those of another disk too: " + Dependants.listed(others),
                    hint);
        }
    }

    /**
     * Keeps others from changing a disk, or what it stands on, until the result is closed. With
     * {@link OpenOptions.Permission#UNDER_LOCK} the caller does so already.
     *
     * @param disk the disk and its parents
     * @param options has the dangers to which the user agreed
     * @return the locks; the caller closes them
     * @throws UnsafeStateException as {@link #refuse}; {@code locked} if another vmdisk has it open for writing;
     *     {@code changed} if it changed since {@code disk} was read
     * @throws io.vmdisk.UnsupportedFeatureException if locks don't work in its file system
     * @throws IOException if a file can't be locked or looked at
     */
    public static Closeable take(DiskChain disk, OpenOptions options) throws IOException {
        if (options.allows(OpenOptions.Permission.UNDER_LOCK)) {
            refuse(disk.top(), options);
            return () -> {};
        }
        FileLocks files = new FileLocks(options.volume());
        for (Path file : disk.top().files()) {
            files.changed(file);
        }
        for (DiskLink parent : disk.links().subList(1, disk.links().size())) {
            for (Path file : parent.files()) {
                files.read(file);
            }
        }
        Path folder = AtomicName.folderOf(disk.top().path());
        if (!AtomicName.isUnfinished(folder)) {
            options.volume().requireLocks(folder);
        }
        Closeable locks = files.take();
        try {
            requireUnchanged(disk, options);
            refuse(disk.top(), options);
            return locks;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(locks));
            throw e;
        }
    }

    /**
     * Keeps a disk and what it stands on as they are until the result is closed; others may read them. With
     * {@link OpenOptions.Permission#UNDER_LOCK} the caller does so already.
     *
     * @throws UnsafeStateException {@code locked} if another vmdisk has one of the files open for writing;
     *     {@code changed} if the disk is not what it was when it was looked at
     */
    static Closeable keepStill(DiskChain disk, OpenOptions options) throws IOException {
        if (options.allows(OpenOptions.Permission.UNDER_LOCK)) {
            return () -> {};
        }
        FileLocks files = new FileLocks(options.volume());
        for (DiskLink link : disk.links()) {
            for (Path file : link.files()) {
                files.read(file);
            }
        }
        Closeable locks = files.take();
        try {
            requireUnchanged(disk, options);
            return locks;
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(locks));
            throw e;
        }
    }

    /**
     * Refuses a disk that was changed since it was read. The answer holds for as long as the disk is locked.
     *
     * @param disk the disk and its parents as they were read
     * @param options how files are found and opened
     * @throws UnsafeStateException {@code changed}
     * @throws IOException if a file can't be read
     */
    public static void requireUnchanged(DiskChain disk, OpenOptions options) throws IOException {
        LinkProbe probe = new LinkProbe(options);
        for (DiskLink seen : disk.links()) {
            boolean same;
            try {
                same = seen.place() instanceof DescriptorPlace.Missing
                        ? options.volume().facts(seen.path()).modified().equals(seen.modified())
                        : probe.probe(seen.path()).descriptor().hasTextOf(seen.descriptor());
            } catch (NoSuchFileException e) {
                same = false;
            }
            if (!same) {
                throw new UnsafeStateException(
                        "changed",
                        seen.path(),
                        "it changed while it was opened",
                        "try again: something else works on it");
            }
        }
    }

    /**
     * Refuses a disk that VMware has locked, or that belongs to a locked machine: its content may change while it is
     * read.
     *
     * @param disk the disk
     * @param options how files are found and opened
     * @throws UnsafeStateException {@code in-use}, with the lock or the machine
     * @throws IOException if a folder or file can't be looked at
     */
    public static void refuseLocked(DiskLink disk, OpenOptions options) throws IOException {
        refuseLocked(disk, options, folders(disk, options.volume()));
    }

    private static void refuseLocked(DiskLink disk, OpenOptions options, Set<Path> folders) throws IOException {
        Path vmware = disk.path().resolveSibling(disk.path().getFileName() + ".lck");
        if (options.volume().exists(vmware)) {
            throw new UnsafeStateException(
                    "in-use",
                    disk.path(),
                    "there is a lock of VMware beside it (" + vmware.getFileName() + "): the disk may be in use",
                    Remedy.say("shut the virtual machine down; if the lock is stale, say ")
                            .with(Kind.ALLOW, "in-use"));
        }
        LockedMachines machines = new LockedMachines(options);
        for (Path folder : folders) {
            Optional<Path> machine = machines.standingOn(disk, folder);
            if (machine.isPresent()) {
                throw new UnsafeStateException(
                        "in-use",
                        disk.path(),
                        "a machine that stands on it is locked ("
                                + machine.get().getFileName() + "): it may run",
                        Remedy.say("shut the virtual machine down; if the lock is stale, say ")
                                .with(Kind.ALLOW, "in-use"));
            }
        }
    }

    private static void refuseDependants(DiskLink disk, OpenOptions options) throws IOException {
        List<Path> children = Dependants.of(disk.path(), options);
        if (!children.isEmpty()) {
            throw new UnsafeStateException(
                    "has-children",
                    disk.path(),
                    "other disks depend on it: " + Dependants.listed(children) + "; changing it would break them",
                    "work on the topmost link, or consolidate first");
        }
    }
}

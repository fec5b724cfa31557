package io.vmdisk.vm;

import io.vmdisk.Finding;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A machine as one: its folder, its snapshot tree, and every disk in reach with those who name it.
 *
 * <p>Immutable: planners look at nothing else. In reach are the machine's folder, the folders that were named, those of
 * disks that it names elsewhere, and those of the linked clones that its list records; what hangs on its disks from
 * anywhere else is not seen. The machine's own are the disks in its folder, and in those named or mapped folders where it
 * has disks of its own; of a linked clone only those above what it shares.
 *
 * @since 0.1
 */
public final class VirtualMachine {
    private final VmFolder folder;
    private final Volume volume;
    /** Folders that the machine keeps files in: its own, and of those that were named the ones its files name too. */
    private final Set<Path> homes = new LinkedHashSet<>();

    private final DiskGraph disks;
    /** Whether those are the disks of the machine's own folder, and of what they stand on. */
    private final boolean alone;

    private final DiskOwners owners;
    private final Set<DiskNode> own = new LinkedHashSet<>();
    private final List<Finding> findings;

    private VirtualMachine(VmFolder folder, List<Path> reach) throws IOException {
        this.folder = folder;
        this.volume = folder.volume();
        Set<Path> looked = new LinkedHashSet<>(reach);
        looked.addAll(cloneFolders());
        looked.addAll(namedFolders());
        this.disks = DiskGraph.read(volume, List.copyOf(looked));
        this.alone = looked.equals(Set.of(folder.folder()));
        this.owners = DiskOwners.of(folder, List.copyOf(looked), disks, volume);
        homes.add(folder.folder());
        for (DiskNode top : owners.named()) {
            addHome(AtomicName.folderOf(top.path()), reach);
        }
        folder.configuration()
                .workingDir()
                .flatMap(name -> name.resolve(folder.folder()))
                .map(volume::actual)
                .ifPresent(working -> addHome(working, reach));
        owners.named().forEach(this::claim);
        List<Finding> found = new ArrayList<>(folder.findings());
        found.addAll(new MachineFindings(this).find());
        this.findings = List.copyOf(found);
    }

    /**
     * Opens the machine whose configuration or folder is named.
     *
     * @param search folders that may hold disks and machines that depend on this one's disks, or parts of this machine
     */
    public static VirtualMachine open(Path target, List<Path> search, Volume volume) throws IOException {
        return of(VmFolder.read(target, search, volume), search);
    }

    /**
     * Opens the machine whose folder has been read.
     *
     * @param search as for {@link #open}
     */
    public static VirtualMachine of(VmFolder folder, List<Path> search) throws IOException {
        Set<Path> reach = new LinkedHashSet<>();
        reach.add(folder.folder());
        search.forEach(path -> reach.add(path.toAbsolutePath().normalize()));
        return new VirtualMachine(folder, List.copyOf(reach));
    }

    /**
     * What the files tell of the machine's state, as {@link VmFolder#power}.
     *
     * @param now what "just changed" is measured against
     */
    public PowerVerdict power(Instant now) throws IOException {
        return folder.power(now, alone ? disks : null);
    }

    /** Where the linked clones lie that the list records, as far as they exist. */
    private Set<Path> cloneFolders() {
        Set<Path> folders = new LinkedHashSet<>();
        for (Snapshot snapshot : folder.snapshots().snapshots()) {
            for (String clone : snapshot.clones()) {
                FileReference.of(clone)
                        .resolve(folder.folder())
                        .filter(volume::exists)
                        .map(AtomicName::folderOf)
                        .ifPresent(folders::add);
            }
        }
        return folders;
    }

    /** Where disks lie that the configuration and the list name in other folders: on other datastores, mostly. */
    private Set<Path> namedFolders() {
        Set<Path> folders = new LinkedHashSet<>();
        for (VmDisk disk : folder.disks()) {
            disk.path().filter(volume::exists).map(AtomicName::folderOf).ifPresent(folders::add);
        }
        for (Snapshot snapshot : folder.snapshots().snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                FileReference.of(disk.fileName())
                        .place(folder.folder())
                        .map(volume::actual)
                        .filter(volume::exists)
                        .map(AtomicName::folderOf)
                        .ifPresent(folders::add);
            }
        }
        return folders;
    }

    private void addHome(Path candidate, List<Path> reach) {
        if (reach.contains(candidate) || volume.isMapped(candidate)) {
            homes.add(candidate);
        }
    }

    private void claim(DiskNode top) {
        for (DiskNode node : disks.chain(top)) {
            if (!reaches(node.path())) {
                return;
            }
            own.add(node);
            if (folder.snapshots().sentinels().contains(node.name())) {
                return;
            }
        }
    }

    /** Whether a file lies where the machine's files may be changed, and no link leads to one that does not. */
    public boolean reaches(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        if (parent == null || !homes.contains(parent)) {
            return false;
        }
        try {
            return LinkBounds.ofFolders(volume, homes).hold(file);
        } catch (IOException e) {
            // What can't be followed is not the machine's.
            return false;
        }
    }

    /** The configuration's file: where the user named a link, what it leads to. */
    public Path configurationFile() throws IOException {
        return volume.followed(folder.configuration().file().orElseThrow());
    }

    /**
     * The file of the snapshot list, which may not be there yet.
     *
     * @throws io.vmdisk.UnsafeStateException if a link leads from its name out of the folder
     */
    public Path listFile() throws IOException {
        return volume.replaced(snapshots().source().orElseThrow());
    }

    /** What lies in its folder. */
    public VmFolder folder() {
        return folder;
    }

    /** The folder itself. */
    public Path path() {
        return folder.folder();
    }

    /** The configuration, as a copy. */
    public VmxFile configuration() {
        return folder.configuration();
    }

    /** The snapshots. */
    public SnapshotTree snapshots() {
        return folder.snapshots();
    }

    /** The files it was read from, with those that were found elsewhere under the names that it has for them. */
    public Volume volume() {
        return volume;
    }

    /** Every disk in reach. */
    public DiskGraph disks() {
        return disks;
    }

    /** Who names a disk. */
    public List<DiskOwner> owners(DiskNode disk) {
        return owners.of(disk);
    }

    /** Whether a disk belongs to this machine and to no other that it was cloned from. */
    public boolean owns(DiskNode disk) {
        return own.contains(disk);
    }

    /** The machine's own disks: what its present state and its snapshots name, and what those need. */
    public Set<DiskNode> ownDisks() {
        return Set.copyOf(own);
    }

    /**
     * Files within reach that may not be read, so that nobody knows which disks they need: disks, and lists and
     * configurations of other machines.
     */
    public List<Path> unread() {
        List<Path> unread = new ArrayList<>(disks.unread());
        unread.addAll(owners.unread());
        return unread;
    }

    /** Whether a file that was found is a disk of the machine, or a parent of one. */
    public boolean isDisk(FoundFile file) throws IOException {
        try {
            return disks.find(file.file()).filter(own::contains).isPresent();
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // Gone since it was found.
            return false;
        }
    }

    /** The disk in use at a place. */
    public Optional<DiskNode> active(DeviceNode node) throws IOException {
        for (VmDisk disk : folder.disks()) {
            if (disk.device().node().equals(node) && disk.path().isPresent()) {
                return disks.find(disk.path().get());
            }
        }
        return Optional.empty();
    }

    /** A disk that a snapshot froze. */
    public Optional<DiskNode> frozen(SnapshotDisk disk) throws IOException {
        Optional<Path> path = FileReference.of(disk.fileName()).place(path());
        return path.isPresent() ? disks.find(path.get()) : Optional.empty();
    }

    /** The checkpoint of a snapshot, if the list names one that can be this machine's: a {@code .vmsn} in reach. */
    public Optional<Path> checkpoint(Snapshot snapshot) {
        return snapshot.checkpointFile()
                .map(FileReference::of)
                .flatMap(name -> name.place(path()))
                .map(volume::actual)
                .filter(path -> path.toString().endsWith(".vmsn") && reaches(path));
    }

    /** How the configuration and the snapshot list name a file: relative in the machine's folder, absolute elsewhere. */
    public String nameOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return path().equals(absolute.getParent())
                ? String.valueOf(absolute.getFileName())
                : volume.named(absolute).toString();
    }

    /** Everything that is wrong, in single files and between them. */
    public List<Finding> findings() {
        return findings;
    }
}

package io.vmdisk.vm;

import io.vmdisk.Finding;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A machine's folder as it was when it was read: configuration, snapshots, disks, locks, and a role for every file.
 *
 * <p>Immutable; reads metadata only, and never changes or locks anything. Roles come from content and from who refers to
 * a file; names come last, since a name proves nothing. Damage of single files is told in {@link #findings} and stops
 * nothing.
 *
 * @since 0.1
 */
public final class VmFolder {
    private final Path folder;
    private final VmxFile configuration;
    private final SnapshotTree snapshots;
    private final List<SnapshotTree> strayLists;
    private final List<VmDisk> disks;
    private final List<VmFile> files;
    private final List<VmwareLock> locks;
    private final List<Finding> findings;
    private final List<FoundFile> found;
    private final Volume volume;

    VmFolder(
            Path folder,
            VmxFile configuration,
            SnapshotTree snapshots,
            List<SnapshotTree> strayLists,
            List<VmDisk> disks,
            List<VmFile> files,
            List<VmwareLock> locks,
            List<Finding> findings,
            List<FoundFile> found,
            Volume volume) {
        this.folder = folder;
        this.configuration = configuration;
        this.snapshots = snapshots;
        this.strayLists = List.copyOf(strayLists);
        this.disks = List.copyOf(disks);
        this.files = List.copyOf(files);
        this.locks = List.copyOf(locks);
        this.findings = List.copyOf(findings);
        this.found = List.copyOf(found);
        this.volume = volume;
    }

    /** Reads the machine whose configuration or folder is named. */
    public static VmFolder read(Path target) throws IOException {
        return read(target, Volume.system());
    }

    /** Reads the machine whose configuration or folder is named; a folder must hold one machine only. */
    public static VmFolder read(Path target, Volume volume) throws IOException {
        return read(target, List.of(), volume);
    }

    /**
     * The same for a machine whose files may lie in other folders than its configuration says.
     *
     * @param search those folders
     */
    public static VmFolder read(Path target, List<Path> search, Volume volume) throws IOException {
        return FolderReader.read(new ConfigurationFinder(volume).find(target), search, volume);
    }

    /**
     * The snapshots of the machine whose configuration or folder is named. Only the list is read, unless the one in its place
     * says nothing.
     */
    public static SnapshotTree snapshotsOf(Path target, Volume volume) throws IOException {
        Path configuration = new ConfigurationFinder(volume).find(target);
        SnapshotTree list = SnapshotTree.read(volume, Stem.sibling(configuration, ".vmsd"));
        return list.saysNothing() ? read(configuration, volume).snapshots() : list;
    }

    /** The configuration that a path means, without reading it: the path itself, or the only one of a folder. */
    public static Path configurationOf(Path target, Volume volume) throws IOException {
        return new ConfigurationFinder(volume).find(target);
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The files it was read from, those that were found elsewhere under the names that the machine has for them. */
    Volume volume() {
        return volume;
    }

    /** Files that the machine names by places which are not here, and where they were found. */
    public List<FoundFile> found() {
        return found;
    }

    /** What was found for a path that is not here; else the path. */
    public Path here(Path named) {
        return found.stream()
                .filter(file -> file.named().equals(named))
                .map(FoundFile::file)
                .findFirst()
                .orElse(named);
    }

    /** Where a file lies that the machine names; empty if that is on another system and nothing was found for it here. */
    public Optional<Path> place(String name) {
        return MachineClaims.place(FileReference.of(name), folder, volume);
    }

    /** Where a file lies here that the machine names. */
    public Path actual(Path named) {
        return volume.actual(named);
    }

    /** The configuration, as a copy. */
    public VmxFile configuration() {
        return configuration.copy();
    }

    /**
     * The snapshots. Their list may lie under another name than {@link #listFile}: whoever renames a configuration by hand
     * leaves its list behind.
     */
    public SnapshotTree snapshots() {
        return snapshots;
    }

    /** Where products look for the machine's snapshot list. */
    public Path listFile() {
        return Stem.sibling(configuration.file().orElseThrow(), ".vmsd");
    }

    /** Whether the list lies where no product looks for it. */
    public boolean isListRenamed() {
        return !snapshots.source().equals(Optional.of(listFile()));
    }

    /** Lists in the folder that are no machine's there, as far as their names tell. */
    public List<SnapshotTree> strayLists() {
        return strayLists;
    }

    /** The disks in their present state. */
    public List<VmDisk> disks() {
        return disks;
    }

    /**
     * What a disk lacks of its files, in a few words: {@code lacks web01-flat.vmdk}; empty if names, sizes and headers tell of
     * nothing. Reads no data, so what is damaged inside only a check finds.
     */
    public Optional<String> lackOf(VmDisk disk) {
        return disk.chain().isEmpty()
                ? Optional.of("unreadable")
                : new DiskGlance(volume).lack(disk.chain().get());
    }

    /**
     * What runs of nonpersistent disks wrote, left by a host that crashed: neither damage nor rubbish. To be committed or
     * removed; the next run forgets it.
     */
    public List<VmFile> redoLogs() {
        return files.stream()
                .filter(file -> DiskNames.isRedoLog(String.valueOf(file.path().getFileName())))
                .filter(file -> file.role() != FileRole.REDO_LOG)
                .toList();
    }

    /** Every entry of the folder, by name. */
    public List<VmFile> files() {
        return files;
    }

    /** The files that have the form of a machine's but that nothing refers to. */
    public List<VmFile> orphans() {
        return files.stream().filter(VmFile::orphan).toList();
    }

    /** The files of a role. */
    public List<VmFile> files(FileRole role) {
        return files.stream().filter(file -> file.role() == role).toList();
    }

    /** The locks of VMware's that lie in the folder. */
    public List<VmwareLock> locks() {
        return locks;
    }

    /** What is wrong with single files, and with the snapshot list. */
    public List<Finding> findings() {
        return findings;
    }

    /**
     * What the files tell of the machine's state. On VMFS and vSAN locks can't be seen, so OFF is no proof there.
     *
     * @param now what "just changed" is measured against
     */
    public PowerVerdict power(Instant now) throws IOException {
        return power(now, null);
    }

    /** @param near the disks of this folder alone, if they were read with it */
    PowerVerdict power(Instant now, @Nullable DiskGraph near) throws IOException {
        return new PowerJudge(this, near, volume, now).judge();
    }
}

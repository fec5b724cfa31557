package io.vmdisk.vm;

import io.vmdisk.Finding;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A machine's folder as it was when it was read: configuration, snapshots, disks, locks, and a role for every file.
 *
 * <p>Immutable; reads metadata only, and never changes or locks anything. Roles come from content and from who refers to
 * a file; names come last, since a name proves nothing. Damage of single files is told in {@link #findings} and stops
 * nothing.
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
            Volume volume) {
        this.folder = folder;
        this.configuration = configuration;
        this.snapshots = snapshots;
        this.strayLists = List.copyOf(strayLists);
        this.disks = List.copyOf(disks);
        this.files = List.copyOf(files);
        this.locks = List.copyOf(locks);
        this.findings = List.copyOf(findings);
        this.volume = volume;
    }

    /** Reads the machine whose configuration or folder is named. */
    public static VmFolder read(Path target) throws IOException {
        return read(target, Volume.system());
    }

    /** Reads the machine whose configuration or folder is named; a folder must hold one machine only. */
    public static VmFolder read(Path target, Volume volume) throws IOException {
        return new FolderReader(volume, new ConfigurationFinder(volume).find(target)).read();
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

    /** Where a file lies here that the machine names. */
    Path actual(Path named) {
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
        return new PowerJudge(this, volume, now).judge();
    }
}

package io.vmdisk.cli.disk;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Where to look for those who depend on a disk. Its own folder is always looked at; a linked clone lies in a folder of
 * its own, and the parent knows nothing of it.
 */
public final class DependantSearch {
    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Look here too for disks and machines that depend on this one, or for parts of this machine."
                    + " Without it only the folder of the disk is looked at: linked clones elsewhere are not seen. May"
                    + " be given more than once; folders inside are not looked into.")
    private List<Path> folders = List.of();

    /** The folders. */
    public List<Path> folders() {
        return folders;
    }

    /** Refuses to change the content of a disk that others stand on. */
    public void refuseChildren(Path disk, OpenOptions options) throws IOException {
        if (folders.isEmpty()) {
            return;
        }
        List<Path> children = Dependants.of(disk, folders, options);
        if (!children.isEmpty()) {
            throw new UnsafeStateException(
                    "has-children",
                    disk,
                    "other disks depend on it: " + Dependants.listed(children) + "; changing it would break them",
                    "work on the topmost link, or make those disks independent first with 'vmdisk convert'");
        }
    }

    /** Refuses to take away a disk or its name that others stand on or name. */
    public void refuseAll(Path disk, OpenOptions options) throws IOException {
        refuseChildren(disk, options);
        for (Path folder : folders) {
            MachineReferences.in(folder, disk).refuse(disk);
        }
    }
}

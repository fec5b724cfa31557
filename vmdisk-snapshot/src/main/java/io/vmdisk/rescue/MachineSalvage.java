package io.vmdisk.rescue;

import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.transfer.Imported;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Saves what can be read of all disks of a machine, each with its parents as the present state has it, as new disks in a new
 * folder. Only reads the machine; a disk of which nothing is left does not keep the others from being saved.
 */
public final class MachineSalvage {
    private final VmFolder machine;
    private final OpenOptions options;
    private final Progress progress;

    /** @param options how damaged disks are opened, as for {@link DiskSalvage}; their volume is the machine's */
    public MachineSalvage(VmFolder machine, OpenOptions options, Progress progress) {
        this.machine = machine;
        this.options = options;
        this.progress = progress;
    }

    /**
     * A disk and what became of it.
     *
     * @param node where it is attached
     * @param disk its file, as the configuration names it
     * @param made the new disk
     * @param saved what came over, or null
     * @param failure why nothing did, or null
     */
    public record Disk(
            String node,
            String disk,
            Path made,
            @Nullable Imported saved,
            @Nullable IOException failure) {
        /** Whether all of it is in the new disk. */
        public boolean isWhole() {
            return saved != null && saved.unreadable().isEmpty();
        }
    }

    /**
     * Saves all disks.
     *
     * @param folder for the new disks; must not exist
     * @return a record of each disk, in the order of the configuration
     */
    public List<Disk> into(Path folder, DiskFormat format) throws IOException {
        List<Disk> planned = plan(folder);
        options.volume().makeFolder(folder);
        List<Disk> done = new ArrayList<>();
        for (Disk disk : planned) {
            done.add(disk.failure() == null ? save(disk, format) : disk);
        }
        return done;
    }

    /** What would be made, and what can't be even begun; touches nothing. */
    public List<Disk> plan(Path folder) throws IOException {
        if (options.volume().taken(folder)) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        if (machine.disks().isEmpty()) {
            throw new MalformedFileException(
                    "no-disks",
                    machine.configuration().file().orElse(machine.folder()),
                    -1,
                    "its configuration names no disk",
                    "name the disks themselves");
        }
        List<Disk> disks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (VmDisk disk : machine.disks()) {
            String node = disk.device().node().toString();
            String named = disk.device().file().text();
            IOException missing = disk.path().isPresent() ? null : new NoSuchFileException(named);
            String name = nameOf(disk.path().orElse(folder), node);
            disks.add(
                    new Disk(node, named, folder.resolve(names.add(name) ? name : prefix(node) + name), null, missing));
        }
        return disks;
    }

    /** The whole disk has the name of its base. */
    private static String nameOf(Path disk, String node) {
        String name = String.valueOf(disk.getFileName());
        return name.isEmpty()
                ? prefix(node) + "disk.vmdk"
                : DiskNames.descriptor(DiskFileName.parse(name).base());
    }

    private static String prefix(String node) {
        return node.replace(':', '-') + "-";
    }

    private Disk save(Disk disk, DiskFormat format) throws IOException {
        Path source = sourceOf(disk.node());
        try {
            Imported saved = new DiskSalvage(source, options, progress).into(disk.made(), format);
            return new Disk(disk.node(), disk.disk(), disk.made(), saved, null);
        } catch (OperationCancelledException | OutOfSpaceException e) {
            throw e;
        } catch (IOException e) {
            return new Disk(disk.node(), disk.disk(), disk.made(), null, e);
        }
    }

    private Path sourceOf(String node) {
        return machine.disks().stream()
                .filter(disk -> disk.device().node().toString().equals(node))
                .findFirst()
                .flatMap(VmDisk::path)
                .orElseThrow();
    }
}

package io.vmdisk.rescue;

import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.repair.Originals;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.FileReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Writes the names that files have here into the configuration, the snapshot list and the parent hints of a machine whose
 * files lie elsewhere than it says: its datastores were mapped, or the files were found beside it or in folders that were
 * named. Afterwards it is whole without that. For one thread.
 */
public final class PathRepair {
    private final VirtualMachine machine;
    private final Volume volume;
    private final PlanBuilder draft = new PlanBuilder();

    private PathRepair(VirtualMachine machine) {
        this.machine = machine;
        this.volume = machine.volume();
    }

    /**
     * Plans it; an empty plan if every name leads to its file.
     *
     * @throws io.vmdisk.UnsafeStateException if the machine is in use
     */
    public static Plan plan(VirtualMachine machine, Readiness readiness) throws IOException {
        readiness.require(EnumSet.allOf(Readiness.Bears.class));
        return new PathRepair(machine).plan();
    }

    private Plan plan() throws IOException {
        // Parents first: whoever is interrupted finds each disk by its old name or its new one.
        List<DiskNode> disks = machine.ownDisks().stream()
                .sorted(Comparator.comparing(DiskNode::path))
                .toList();
        for (DiskNode disk : disks) {
            renameParent(disk);
        }
        rename(machine.snapshots().document(), machine.snapshots().source().orElseThrow());
        rename(
                machine.configuration().dictionary(),
                machine.configuration().file().orElseThrow());
        return draft.plan(
                "write the names that files have here into "
                        + machine.configuration().displayName(),
                machine.path());
    }

    private void renameParent(DiskNode disk) throws IOException {
        String hint = disk.link().descriptor().parentHint().orElse("");
        Optional<DiskNode> parent = machine.disks().parent(disk);
        if (parent.isEmpty() || !(isMapped(hint) || isFound(hint))) {
            return;
        }
        Path child = volume.actual(disk.path());
        String here = ParentHints.hintFor(child, volume.actual(parent.get().path()));
        draft.step(new EditDescriptor(child, DescriptorEdit.parent(disk.link().parentContentId(), here)));
        draft.note(disk.name() + ": its parent " + hint + " becomes " + here);
    }

    private boolean isMapped(String name) {
        String plain = name.startsWith("[") ? name.replaceFirst("^\\[([^\\]/]+)\\] *", "/vmfs/volumes/$1/") : name;
        return FileReference.of(plain)
                .resolve(machine.path())
                .filter(path -> FileReference.of(plain).kind() == FileReference.Kind.ABSOLUTE)
                .filter(path -> !volume.actual(path).equals(path))
                .isPresent();
    }

    private boolean isFound(String name) {
        return machine.folder().found().stream().anyMatch(file -> file.text().equals(name));
    }

    private String nameHere(Path file) {
        return machine.path().equals(file.getParent()) ? String.valueOf(file.getFileName()) : file.toString();
    }

    private void rename(Dictionary text, Path file) throws IOException {
        int renamed = 0;
        for (String key : text.names()) {
            String value = text.get(key, "");
            if (isMapped(value) || isFound(value)) {
                Path actual = volume.actual(
                        FileReference.of(value).place(machine.path()).orElseThrow());
                text.set(key, nameHere(actual));
                renamed++;
            }
        }
        if (renamed > 0) {
            draft.prepare(CopyFile.of(file, Originals.nameFor(volume, file), volume));
            draft.publish(file, text.toBytes());
            draft.note(file.getFileName() + ": " + renamed + (renamed == 1 ? " name" : " names"));
        }
    }
}

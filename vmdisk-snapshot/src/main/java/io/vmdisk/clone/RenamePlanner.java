package io.vmdisk.clone;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.Step;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsd.SnapshotTreeEdit;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans another name for a machine: shown to people, and of its files with all that names them. A file that is not called
 * like the machine keeps its name; so do logs, the folder, and the configurations inside checkpoints, which nobody takes
 * names from.
 *
 * <p>A machine that others depend on is refused, since their hints lead to its files. If it is a linked clone itself, its
 * source's list follows. Every file is renamed in place, so at each moment there is one configuration. For one thread,
 * good for one plan.
 *
 * @since 0.1
 */
public final class RenamePlanner {
    private static final String LATER = "-renamed";

    private final VirtualMachine machine;
    private final Volume volume;
    private final Instant now;
    private final Set<Consent> consents;
    private final VmxFile vmx;
    private final Path configuration;
    private final PlanBuilder draft = new PlanBuilder();
    private final List<VirtualMachine> concerned = new ArrayList<>();
    private final List<Step> last = new ArrayList<>();

    /**
     * A planner.
     *
     * @param now what "just changed" is measured against
     * @param consents dangers the user agreed to
     */
    public RenamePlanner(VirtualMachine machine, Instant now, Set<Consent> consents) {
        this.machine = machine;
        this.volume = machine.volume();
        this.now = now;
        this.consents = Set.copyOf(consents);
        this.vmx = machine.configuration();
        this.configuration = vmx.file().orElseThrow();
        concerned.add(machine);
    }

    /** The machines whose files {@link #plan} changes, this one first; whoever carries it out locks them all. */
    public List<VirtualMachine> concerned() {
        return List.copyOf(concerned);
    }

    /** The plan; without steps if the machine and its files are called so. */
    public Plan plan(String name) throws IOException {
        MachineName.require(name, configuration);
        new Readiness(machine, now, consents).require(EnumSet.noneOf(Readiness.Bears.class));
        String operation = "rename " + vmx.displayName() + " to " + name;
        Renaming files = new Renaming(machine, vmx.stem(), name);
        refuseClones();
        Path renamed = files.target(configuration);
        if (renamed.equals(configuration) && name.equals(vmx.displayName())) {
            return new Plan(operation, machine.path(), List.of(), List.of(), List.of());
        }
        if (!renamed.equals(configuration)) {
            followInSources(renamed);
        }
        DiskRenames disks = new DiskRenames(machine, files);
        disks.steps().forEach(draft::step);
        SnapshotTreeEdit list = machine.snapshots().edit();
        boolean listed = followInList(list, disks, files);
        followInConfiguration(name, disks, files);
        if (listed) {
            rewrite(machine.snapshots().source().orElseThrow(), list.toBytes(), files);
        }
        rewrite(configuration, vmx.dictionary().toBytes(), files);
        last.forEach(draft::step);
        files.requireFree();
        noteRest(files);
        return draft.plan(operation, machine.path());
    }

    /** What hangs on the disks is looked for where they are renamed; here it is about names that lead nowhere. */
    private void refuseClones() throws UnsafeStateException {
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (String clone : snapshot.clones()) {
                Optional<Path> path = FileReference.of(clone).resolve(machine.path());
                boolean exists = path.isPresent() && volume.exists(path.get());
                if (exists || (path.isEmpty() && !consents.contains(Consent.CLONES))) {
                    throw new UnsafeStateException(
                            "clones",
                            machine.snapshots().source().orElse(null),
                            "the linked clone " + clone + " names this machine and its disks"
                                    + (exists ? "" : ", as far as can be told from here"),
                            exists
                                    ? Remedy.say("remove the clone, or make it independent, first")
                                    : Remedy.say("if it is gone, ").with(Kind.ALLOW, "clones"));
                }
            }
        }
    }

    /**
     * The list of the machine that this one was cloned from keeps the old name until the new one is there: at no moment
     * it forgets that its disks are needed.
     */
    private void followInSources(Path renamed) throws IOException {
        for (String text : machine.snapshots().cloneOf()) {
            Optional<Path> source =
                    FileReference.of(text).resolve(machine.path()).flatMap(this::existing);
            if (source.isEmpty()) {
                draft.note("its source " + text + " is not seen from here; its list keeps the old name");
                continue;
            }
            VirtualMachine other = VirtualMachine.open(source.get(), List.of(), volume);
            new Readiness(other, now, consents)
                    .require(EnumSet.of(
                            Readiness.Bears.SUSPENDED,
                            Readiness.Bears.MID_OPERATION,
                            Readiness.Bears.FINDINGS,
                            Readiness.Bears.FOUND_FILES));
            followIn(other, renamed);
        }
    }

    /** The source may have become a template, or a machine again. */
    private Optional<Path> existing(Path source) {
        String name = String.valueOf(source.getFileName());
        String twin = name.endsWith(".vmtx") ? name.replace(".vmtx", ".vmx") : name.replace(".vmx", ".vmtx");
        return List.of(source, source.resolveSibling(twin)).stream()
                .filter(volume::exists)
                .findFirst();
    }

    private void followIn(VirtualMachine source, Path renamed) throws IOException {
        Path list = source.snapshots().source().orElseThrow();
        SnapshotTreeEdit both = source.snapshots().edit();
        SnapshotTreeEdit after = source.snapshots().edit();
        boolean known = false;
        for (Snapshot snapshot : source.snapshots().snapshots()) {
            for (String clone : snapshot.clones()) {
                FileReference reference = FileReference.of(clone);
                if (reference
                        .resolve(source.path())
                        .filter(configuration::equals)
                        .isPresent()) {
                    String fresh = reference.kind() == FileReference.Kind.RELATIVE
                            ? ParentHints.hintFor(list, renamed)
                            : renamed.toString();
                    both.addClone(snapshot.uid(), fresh);
                    after.removeClone(snapshot.uid(), clone);
                    after.addClone(snapshot.uid(), fresh);
                    known = true;
                }
            }
        }
        if (known) {
            concerned.add(source);
            draft.publish(list, both.toBytes());
            Path later = list.resolveSibling(list.getFileName() + LATER);
            draft.stage(later, Content.of(after.toBytes()));
            last.add(new Publish(later));
            last.add(new MoveFile(later, list));
        }
    }

    /** Returns whether there is a list. */
    private boolean followInList(SnapshotTreeEdit list, DiskRenames disks, Renaming files) throws IOException {
        SnapshotTree tree = machine.snapshots();
        for (Snapshot snapshot : tree.snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                Optional<DiskNode> frozen = machine.frozen(disk);
                if (frozen.isPresent() && disks.isRenamed(frozen.get())) {
                    list.renameDisk(snapshot.uid(), disk.node(), machine.nameOf(disks.target(frozen.get())));
                }
            }
            Optional<Path> checkpoint =
                    machine.checkpoint(snapshot).filter(files::isHere).filter(volume::exists);
            if (checkpoint.isPresent()) {
                Path memory = Renaming.withSuffix(checkpoint.get(), ".vmem");
                move(checkpoint.get(), files);
                if (volume.exists(memory)) {
                    move(memory, files);
                }
                list.renameCheckpoint(snapshot.uid(), machine.nameOf(files.target(checkpoint.get())));
            }
        }
        if (!tree.sentinels().isEmpty()) {
            list.markAsClone(
                    tree.cloneOf(),
                    tree.sentinels().stream().map(disks::newName).toList());
        }
        return tree.source().filter(volume::exists).isPresent();
    }

    private void followInConfiguration(String name, DiskRenames disks, Renaming files) throws IOException {
        Dictionary keys = vmx.dictionary();
        for (VmxDisk disk : vmx.devices().disks()) {
            DeviceNode node = disk.node();
            Optional<DiskNode> active = machine.active(node);
            if (active.isPresent() && disks.isRenamed(active.get())) {
                vmx.edit().setDiskFile(node, machine.nameOf(disks.target(active.get())));
            }
        }
        Optional<Path> nvram = own(Optional.of(vmx.nvram()));
        if (nvram.isPresent()) {
            move(nvram.get(), files);
            keys.set("nvram", machine.nameOf(files.target(nvram.get())));
        }
        Optional<Path> extended = own(vmx.extendedConfig());
        if (extended.isPresent()) {
            renameIn(extended.get(), files);
            keys.set("extendedConfigFile", machine.nameOf(files.target(extended.get())));
        }
        keys.set("displayName", name);
        // All follow from the path of the configuration; a host writes them anew. With the old ones it would ask
        // whether
        // the machine was moved or copied.
        List.of("uuid.location", "sched.swap.derivedName", "migrate.hostLog", "vmxstats.filename")
                .forEach(keys::remove);
    }

    private Optional<Path> own(Optional<FileReference> reference) {
        return reference
                .flatMap(name -> name.resolve(machine.path()))
                .filter(path -> machine.path().equals(path.getParent()))
                .filter(volume::exists);
    }

    private void renameIn(Path extended, Renaming files) throws IOException {
        String target = String.valueOf(files.target(configuration).getFileName());
        try {
            ExtendedConfiguration changed =
                    ExtendedConfiguration.read(volume, extended).withConfiguration(target);
            rewrite(extended, changed.toBytes(), files);
        } catch (io.vmdisk.VmdiskException e) {
            draft.note(extended.getFileName() + " keeps the old name in it: " + e.problem());
            move(extended, files);
        }
    }

    private void move(Path file, Renaming files) {
        Path target = files.take(file);
        if (!target.equals(file)) {
            draft.step(new MoveFile(file, target));
        }
    }

    private void rewrite(Path file, byte[] content, Renaming files) {
        draft.publish(file, content);
        move(file, files);
    }

    private void noteRest(Renaming files) throws IOException {
        String rest = volume.list(machine.path()).stream()
                .filter(path -> !files.isTaken(path) && !files.target(path).equals(path))
                .map(path -> String.valueOf(path.getFileName()))
                .limit(10)
                .collect(Collectors.joining(", "));
        if (!rest.isEmpty()) {
            draft.note("called like the machine, but no part of it, so they keep their names: " + rest);
        }
    }
}

package io.vmdisk.snapshot;

import com.google.common.base.Ascii;
import io.vmdisk.BrokenChainException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTreeEdit;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans the return to a snapshot: new links on its disks, then its configuration, then the list; then the links in use
 * until now go, and with them what was written since the last snapshot.
 *
 * <p>Where disks are is taken from the list. The configuration in a checkpoint is never rewritten when disks merge, so its
 * names may belong to others by now.
 */
final class SnapshotReversion {
    private final VirtualMachine machine;
    private final Readiness readiness;
    private final Volume volume;
    private final Optional<DiskFormat> format;
    private final PlanBuilder draft = new PlanBuilder();

    SnapshotReversion(VirtualMachine machine, Readiness readiness, Optional<DiskFormat> format) {
        this.format = format;
        this.machine = machine;
        this.readiness = readiness;
        this.volume = machine.volume();
    }

    Plan plan(Snapshot snapshot) throws IOException {
        VmxFile present = machine.configuration();
        Path configuration = present.file().orElseThrow();
        boolean poised = resumesFromSnapshot(present);
        PowerState state = readiness.require(
                poised
                        ? EnumSet.of(Readiness.Bears.FINDINGS, Readiness.Bears.SUSPENDED)
                        : EnumSet.of(Readiness.Bears.FINDINGS));
        if (present.isTemplate()) {
            throw new UnsafeStateException(
                    "template", configuration, "a template is not reverted", "turn it into a machine first");
        }
        Map<DeviceNode, DiskNode> frozen = frozen(snapshot);
        List<DiskNode> discarded = discarded(frozen);
        Map<DeviceNode, String> links = freshLinks(frozen);
        RevertedConfiguration reverted = new RevertedConfiguration(machine, snapshot, draft::note);
        VmxFile vmx = reverted.build(links);
        Optional<byte[]> nvram = reverted.nvram();
        if (nvram.isPresent()) {
            Optional<Path> file = vmx.nvram().resolve(machine.path()).filter(this::mayHoldVariables);
            if (file.isPresent()) {
                draft.publish(file.get(), nvram.get());
            }
        }
        draft.publish(machine.configurationFile(), vmx.dictionary().toBytes());
        SnapshotTreeEdit list = machine.snapshots().edit();
        list.setCurrent(snapshot.uid());
        noteUnmerged(discarded, list);
        draft.publish(machine.listFile(), list.toBytes());
        draft.steps(new DiskRemoval(machine).steps(discarded));
        if (state == PowerState.SUSPENDED && !poised) {
            discardSuspended(present);
        }
        return draft.plan(
                "revert " + present.displayName() + " to snapshot \"" + snapshot.name() + "\"", machine.path());
    }

    /** A configuration may call any file its firmware variables: a disk is none. */
    private boolean mayHoldVariables(Path file) {
        String name = Ascii.toLowerCase(String.valueOf(file.getFileName()));
        return machine.reaches(file) && (name.endsWith(".nvram") || name.equals("nvram"));
    }

    /** Whether the saved memory is a snapshot's, which stays. */
    private boolean resumesFromSnapshot(VmxFile vmx) {
        Optional<Path> resumes = vmx.checkpoint().flatMap(name -> name.resolve(machine.path()));
        return resumes.isPresent()
                && machine.snapshots().snapshots().stream()
                        .anyMatch(snapshot -> machine.checkpoint(snapshot).equals(resumes));
    }

    /** The snapshot's disks, each whole and nobody else's. */
    private Map<DeviceNode, DiskNode> frozen(Snapshot snapshot) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(volume);
        Map<DeviceNode, DiskNode> frozen = new LinkedHashMap<>();
        for (SnapshotDisk disk : snapshot.disks()) {
            DeviceNode node = DeviceNode.parse(disk.node())
                    .orElseThrow(() -> refusal("snapshot-disk", "snapshot has a disk at no place: " + disk.node()));
            DiskNode found = machine.frozen(disk)
                    .orElseThrow(() ->
                            refusal("disk-missing", "the disk " + disk.fileName() + " of the snapshot is not there"));
            DiskChain chain = DiskChain.of(found.path(), options);
            if (!chain.isWhole()) {
                throw new BrokenChainException(
                        "broken",
                        found.path(),
                        "the snapshot's disk lacks a parent\n" + chain.describe(),
                        Remedy.of(Kind.CHECK_CHAIN).and(" explains"));
            }
            boolean alone = machine.owners(found).stream()
                    .allMatch(owner -> owner.equals(new DiskOwner.Frozen(snapshot.uid(), disk.node())));
            if (!alone || frozen.containsValue(found) || frozen.put(node, found) != null) {
                throw refusal(
                        "disk-twice",
                        "the disk " + disk.fileName() + " of the snapshot is also named by another state or machine");
            }
        }
        return frozen;
    }

    private UnsafeStateException refusal(String condition, String problem) {
        return new UnsafeStateException(
                condition,
                machine.snapshots().source().orElse(null),
                problem,
                "bring the disk back, or correct the list");
    }

    private Map<DeviceNode, String> freshLinks(Map<DeviceNode, DiskNode> frozen) throws IOException {
        NewDeltas deltas = new NewDeltas(machine, format);
        Map<DeviceNode, String> links = new LinkedHashMap<>();
        for (Map.Entry<DeviceNode, DiskNode> disk : frozen.entrySet()) {
            CreateDisk link = deltas.on(disk.getValue());
            draft.prepare(link);
            links.put(disk.getKey(), machine.nameOf(link.target()));
        }
        return links;
    }

    /** The links in use until now that only this state had, on the disks that the snapshot has too. */
    private List<DiskNode> discarded(Map<DeviceNode, DiskNode> frozen) throws IOException {
        Set<DiskNode> bases = new java.util.LinkedHashSet<>();
        frozen.values().forEach(disk -> bases.add(base(disk)));
        List<DiskNode> discarded = new ArrayList<>();
        for (VmDisk disk : machine.folder().disks()) {
            Optional<DiskNode> active = machine.active(disk.device().node());
            if (active.isEmpty() || disk.device().mode().isIndependent()) {
                continue;
            }
            boolean delta = machine.disks().parent(active.get()).isPresent();
            boolean ours = machine.owns(active.get())
                    && machine.owners(active.get()).size() == 1
                    && machine.disks().children(active.get()).isEmpty();
            if (delta && ours && bases.contains(base(active.get()))) {
                discarded.add(active.get());
            } else if (!frozen.containsKey(disk.device().node()) || !bases.contains(base(active.get()))) {
                draft.note(active.get().name() + " at " + disk.device().node()
                        + " is not part of the snapshot: it leaves the configuration, its files stay");
            }
        }
        addUnneeded(discarded);
        for (DiskNode disk : discarded) {
            draft.note("what was written since the last snapshot is lost: " + disk.name());
        }
        return discarded;
    }

    /** Links that no snapshot owns go with the last one that needs them. */
    private void addUnneeded(List<DiskNode> discarded) {
        for (int i = 0; i < discarded.size(); i++) {
            Optional<DiskNode> below = machine.disks().parent(discarded.get(i));
            if (below.isPresent()
                    && machine.owns(below.get())
                    && machine.owners(below.get()).isEmpty()
                    && machine.disks().parent(below.get()).isPresent()
                    && discarded.containsAll(machine.disks().children(below.get()))) {
                discarded.add(below.get());
            }
        }
    }

    /** What only two states needed and one of them gives up is there to be merged. */
    private void noteUnmerged(List<DiskNode> discarded, SnapshotTreeEdit list) throws IOException {
        for (DiskNode disk : discarded) {
            Optional<DiskNode> below = machine.disks().parent(disk).filter(machine::owns);
            boolean unowned = below.isPresent() && machine.owners(below.get()).isEmpty();
            if (unowned && machine.disks().children(below.get()).size() == 2) {
                list.markConsolidationNeeded();
                draft.note("no snapshot names " + below.get().name() + ": a consolidation merges it");
            }
        }
    }

    private DiskNode base(DiskNode disk) {
        List<DiskNode> chain = machine.disks().chain(disk);
        return chain.get(chain.size() - 1);
    }

    /** A saved state over disks that have moved on would destroy file systems. */
    private void discardSuspended(VmxFile present) {
        Optional<Path> saved = present.checkpoint()
                .flatMap(name -> name.resolve(machine.path()))
                .filter(machine::reaches)
                .filter(path -> path.toString().endsWith(".vmss"));
        if (saved.isPresent()) {
            String name = String.valueOf(saved.get().getFileName());
            Path memory = saved.get().resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".vmem");
            draft.note("the suspended state is lost: " + name);
            for (Path file : List.of(saved.get(), memory)) {
                if (volume.exists(file)) {
                    draft.step(new DeleteFile(file));
                }
            }
        }
    }
}

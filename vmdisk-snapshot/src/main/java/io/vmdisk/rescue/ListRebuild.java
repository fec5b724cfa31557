package io.vmdisk.rescue;

import io.vmdisk.Finding.Severity;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.repair.Originals;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.vmsd.ListBuilder;
import io.vmdisk.snapshot.vmsd.NewSnapshot;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.DiskOwner;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Makes a lost or garbled snapshot list anew: the tree from the chains, numbers, times and memory from the checkpoints,
 * names and whatever else can still be read from the old list.
 *
 * <p>Every link that the machine needs gets a snapshot, so that nothing merges it away unasked. For one thread.
 */
public final class ListRebuild {
    private final VirtualMachine machine;
    private final SnapshotTree old;
    /** The list as it is, then what other lists of the folder may tell. */
    private final List<SnapshotTree> sources = new ArrayList<>();

    private final Set<SnapshotTree> spent = new LinkedHashSet<>();
    private final PointTree tree;
    private final Map<SnapshotPoint, Snapshot> kept = new HashMap<>();
    private final Map<SnapshotPoint, Evidence> evidence;
    private final List<Evidence> checkpoints;
    private final Map<SnapshotPoint, Long> uids = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    private ListRebuild(VirtualMachine machine, PointTree tree) throws IOException {
        this.machine = machine;
        this.old = machine.snapshots();
        sources.add(old);
        sources.addAll(machine.folder().strayLists());
        this.tree = tree;
        this.checkpoints = Evidence.of(machine);
        keepWhatFits();
        List<Evidence> free = checkpoints.stream()
                .filter(file -> !uids.containsValue(file.uid()))
                .toList();
        this.evidence = new PointMatcher(tree.points(), free, uids, tree.forks()).match();
        evidence.forEach((point, file) -> uids.put(point, file.uid()));
        numberTheRest();
    }

    /**
     * Plans the new list; an empty plan if the one that is there fits the disks.
     *
     * @param search folders that may hold disks of the machine
     * @throws io.vmdisk.UnsafeStateException if the machine is in use, or its chains are broken or contradict each other
     */
    public static Plan plan(VirtualMachine machine, List<Path> search, Readiness readiness) throws IOException {
        readiness.require(EnumSet.allOf(Readiness.Bears.class));
        return new ListRebuild(machine, PointTree.of(machine, search)).plan();
    }

    /** A snapshot of a list whose disks are all those of one point goes on under its name, and its number if it is free. */
    private void keepWhatFits() throws IOException {
        for (SnapshotTree list : sources) {
            for (Snapshot snapshot : list.snapshots()) {
                for (SnapshotPoint point : tree.points()) {
                    if (!kept.containsKey(point) && !uids.containsValue(snapshot.uid()) && fits(snapshot, point)) {
                        kept.put(point, snapshot);
                        uids.put(point, snapshot.uid());
                        spent.add(list);
                        break;
                    }
                }
            }
        }
    }

    /** What the old list says of the snapshot that a checkpoint stands for, if it says anything. */
    private Optional<Snapshot> named(SnapshotPoint point) {
        return evidence.containsKey(point)
                ? old.snapshot(uidOf(point)).filter(snapshot -> !kept.containsValue(snapshot))
                : Optional.empty();
    }

    private boolean fits(Snapshot snapshot, SnapshotPoint point) throws IOException {
        int found = 0;
        for (SnapshotDisk disk : snapshot.disks()) {
            Optional<DiskNode> frozen = machine.frozen(disk);
            DiskNode own = DeviceNode.parse(disk.node()).map(point.disks()::get).orElse(null);
            if (frozen.isPresent() && own != null) {
                if (!own.equals(frozen.get())) {
                    return false;
                }
                found++;
            }
        }
        return found > 0;
    }

    private void numberTheRest() {
        for (SnapshotPoint point : tree.points()) {
            uids.computeIfAbsent(point, p -> lastUid() + 1);
        }
    }

    private long lastUid() {
        long highest = 0;
        for (SnapshotTree list : sources) {
            highest = Math.max(highest, list.nextUid() - 1);
        }
        for (Evidence file : checkpoints) {
            highest = Math.max(highest, file.uid());
        }
        for (long uid : uids.values()) {
            highest = Math.max(highest, uid);
        }
        return highest;
    }

    private Plan plan() throws IOException {
        Path file = machine.folder().listFile();
        boolean renamed = machine.folder().isListRenamed();
        if (isSound() || (renamed && freezesNothing())) {
            return renamed ? rename(file) : new PlanBuilder().plan(operation(), machine.path());
        }
        byte[] content = list(file).document().toBytes();
        PlanBuilder draft = new PlanBuilder();
        keepOriginal(file).ifPresent(draft::prepare);
        draft.publish(file, content);
        tellWhatIsUnsure();
        draft.notes(notes);
        for (SnapshotTree list : spent) {
            Path source = list.source().orElseThrow();
            if (!source.equals(file)) {
                // As a list it would go on to claim disks.
                draft.step(new MoveFile(source, Originals.nameFor(machine.volume(), source)));
            }
        }
        return draft.plan(operation(), machine.path());
    }

    /** The list is right as it is; only products would not find it. */
    private Plan rename(Path file) throws IOException {
        Path source = old.source().orElseThrow();
        PlanBuilder draft = new PlanBuilder();
        keepOriginal(file).ifPresent(draft::prepare);
        draft.step(new MoveFile(source, file));
        return draft.plan(
                "rename the snapshot list " + source.getFileName() + " to " + file.getFileName(), machine.path());
    }

    private Optional<Preparation> keepOriginal(Path file) throws IOException {
        Volume volume = machine.volume();
        return volume.exists(file)
                ? Optional.of(CopyFile.of(file, Originals.nameFor(volume, file), volume))
                : Optional.empty();
    }

    private boolean freezesNothing() {
        return old.snapshots().stream().allMatch(snapshot -> snapshot.disks().isEmpty());
    }

    private String operation() {
        return "make the snapshot list of " + machine.configuration().displayName() + " anew";
    }

    private boolean isSound() {
        SnapshotPoint current = tree.current();
        return kept.keySet().containsAll(tree.points())
                && kept.size() == old.snapshots().size()
                && old.findings().stream().noneMatch(finding -> finding.severity() == Severity.ERROR)
                && old.current().map(Snapshot::uid).orElse(0L) == (current == null ? 0 : uidOf(current))
                && kept.entrySet().stream()
                        .allMatch(entry ->
                                parentOf(entry.getKey()).equals(entry.getValue().parent()))
                && (tree.sentinels().isEmpty() || !old.sentinels().isEmpty());
    }

    private long uidOf(SnapshotPoint point) {
        return uids.getOrDefault(point, 0L);
    }

    private OptionalLong parentOf(SnapshotPoint point) {
        SnapshotPoint parent = point.parent();
        return parent == null ? OptionalLong.empty() : OptionalLong.of(uidOf(parent));
    }

    private SnapshotTree list(Path file) throws IOException {
        SnapshotPoint current = tree.current();
        ListBuilder list = new ListBuilder(file, lastUid(), current == null ? 0 : uidOf(current));
        List<String> sentinels = old.sentinels().isEmpty() ? List.copyOf(tree.sentinels()) : old.sentinels();
        list.markAsClone(old.cloneOf(), sentinels);
        for (SnapshotPoint point : tree.points()) {
            list.add(uidOf(point), parentOf(point), snapshot(point), clones(point));
        }
        SnapshotTree made = list.build();
        made.requireSound();
        return made;
    }

    /** The linked clones that the old list recorded, and those in reach whose disks stand on a point's. */
    private List<String> clones(SnapshotPoint point) {
        Snapshot before = kept.get(point);
        Set<String> clones = new LinkedHashSet<>(before == null ? List.of() : before.clones());
        if (before == null) {
            for (DiskNode disk : point.disks().values()) {
                for (DiskNode child : machine.disks().children(disk)) {
                    machine.owners(child).stream()
                            .filter(DiskOwner.Foreign.class::isInstance)
                            .map(DiskOwner.Foreign.class::cast)
                            .forEach(other -> clones.add(other.configuration().toString()));
                }
            }
        }
        return List.copyOf(clones);
    }

    private NewSnapshot snapshot(SnapshotPoint point) throws IOException {
        List<SnapshotDisk> disks = point.disks().entrySet().stream()
                .map(disk -> new SnapshotDisk(
                        disk.getKey().toString(), machine.nameOf(disk.getValue().path())))
                .toList();
        Snapshot before = kept.get(point);
        Evidence file = evidence.get(point);
        if (before != null) {
            return new NewSnapshot(
                    before.name(),
                    before.description(),
                    before.created().orElse(lastWrite(point)),
                    before.memory() ? NewSnapshot.State.RUNNING : NewSnapshot.State.POWERED_OFF,
                    before.checkpointFile().orElse(""),
                    disks);
        }
        if (file == null) {
            return new NewSnapshot(
                    "Snapshot " + uidOf(point),
                    "Made anew from the disks; no checkpoint was found.",
                    lastWrite(point),
                    NewSnapshot.State.POWERED_OFF,
                    "",
                    disks);
        }
        Optional<Snapshot> named = named(point);
        return new NewSnapshot(
                named.map(Snapshot::name).filter(name -> !name.isEmpty()).orElse("Snapshot " + uidOf(point)),
                named.map(Snapshot::description)
                        .orElse("Made anew from the disks and " + file.file().getFileName() + "; the name was lost."),
                named.flatMap(Snapshot::created).orElse(file.taken()),
                file.memory() ? NewSnapshot.State.RUNNING : NewSnapshot.State.POWERED_OFF,
                machine.nameOf(file.file()),
                disks);
    }

    /** What a snapshot freezes was written last before it was taken. */
    private Instant lastWrite(SnapshotPoint point) throws IOException {
        Instant last = Instant.EPOCH;
        for (DiskNode disk : point.disks().values()) {
            for (Path file : disk.link().files()) {
                if (machine.volume().exists(file)) {
                    Instant modified = machine.volume().facts(file).modified();
                    last = modified.isAfter(last) ? modified : last;
                }
            }
        }
        return last;
    }

    private void tellWhatIsUnsure() {
        notes.addAll(tree.notes());
        for (SnapshotPoint point : tree.points()) {
            Evidence file = evidence.get(point);
            if (!kept.containsKey(point)) {
                notes.add("snapshot uid " + uidOf(point) + " froze " + point
                        + (file == null
                                ? "; no checkpoint was found for it, its time is that of the last write"
                                : "; its time is that of " + file.file().getFileName()));
            }
        }
        for (Snapshot snapshot : old.snapshots()) {
            if (!uids.containsValue(snapshot.uid())) {
                notes.add("snapshot uid " + snapshot.uid() + " \"" + snapshot.name()
                        + "\" of the old list fits no disks and is left out");
            }
        }
        for (Evidence file : checkpoints) {
            if (!uids.containsValue(file.uid())) {
                notes.add(file.file().getFileName()
                        + " is left out: nothing tells for certain which of the disks belong to it");
            }
        }
    }
}

package io.vmdisk.clone;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.snapshot.FreezeRules;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsd.SnapshotTreeEdit;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.CopyContent;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Plans clones of a machine. Nothing is touched; every refusal comes here, before there is a plan.
 *
 * <p>All files of all clones are made before the commit point, the configurations under names that no product looks for;
 * behind it the source's list learns of linked clones, and then each clone appears with its {@code .vmx}. So there are all
 * clones or none. The journal lies with the source. Carry a plan out at once, with {@link
 * io.vmdisk.snapshot.MachineWork}. For one thread.
 *
 * @since 0.1
 */
public final class ClonePlanner {
    private static final String SNAPSHOT_NAME = "Clone";
    private static final String SNAPSHOT_DESCRIPTION = "Created by clone operation.";

    private final VirtualMachine machine;
    private final Volume volume;
    private final Instant now;
    private final Set<Consent> consents;
    private final RandomGenerator random;
    private final PlanBuilder draft = new PlanBuilder();
    private final Map<CloneDisks.Copied, CopyContent> held = new HashMap<>();
    private final List<CopyDisk> copies = new ArrayList<>();

    /**
     * A planner, good for one plan.
     *
     * @param now what "just changed" is measured against
     * @param consents dangers the user agreed to
     * @param random where new UUIDs come from
     */
    public ClonePlanner(VirtualMachine machine, Instant now, Set<Consent> consents, RandomGenerator random) {
        this.machine = machine;
        this.volume = machine.volume();
        this.now = now;
        this.consents = Set.copyOf(consents);
        this.random = random;
    }

    /** The plan. */
    public Plan plan(CloneRequest request) throws IOException {
        PowerState power = requireReady(request);
        if (request.kind() != CloneRequest.Kind.FULL) {
            new FreezeRules(machine).requireUnshared();
        }
        Set<Path> folders = new HashSet<>();
        for (NewMachine clone : request.machines()) {
            MachineName.require(clone.name(), clone.folder());
            requireFree(clone.folder(), folders);
        }
        Optional<Snapshot> snapshot = request.snapshot().isPresent()
                ? Optional.of(snapshot(request.snapshot().getAsLong()))
                : Optional.empty();
        CloneState state = snapshot.isPresent() ? CloneState.of(machine, snapshot.get()) : CloneState.present(machine);
        Optional<Path> memory = request.kind() == CloneRequest.Kind.INSTANT
                ? Optional.of(memory(snapshot, power, state))
                : Optional.empty();
        state.notes().forEach(draft::note);
        if (request.kind() != CloneRequest.Kind.FULL) {
            record(request, snapshot);
        }
        Set<Path> made = new HashSet<>();
        for (NewMachine clone : request.machines()) {
            makeFolders(clone.folder(), made);
            make(request, clone, state, memory);
        }
        noteShared();
        noteRest(request, power);
        String names = request.machines().stream().map(NewMachine::name).collect(Collectors.joining(", "));
        return draft.plan("clone " + machine.configuration().displayName() + " to " + names, machine.path());
    }

    /**
     * A snapshot's disks are frozen, whatever the memory of the present state counts on. For a copy of the present state
     * only its own chains must be whole, which is seen when they are looked at: a copy may be the way out of a muddle.
     */
    private PowerState requireReady(CloneRequest request) throws IOException {
        boolean frozen = request.snapshot().isPresent() || request.kind() == CloneRequest.Kind.INSTANT;
        return new Readiness(machine, now, consents)
                .require(
                        frozen
                                ? EnumSet.of(Readiness.Bears.SUSPENDED)
                                : EnumSet.of(Readiness.Bears.FINDINGS, Readiness.Bears.FOUND_FILES));
    }

    private void requireFree(Path folder, Set<Path> others) throws IOException {
        boolean there = volume.exists(folder);
        boolean isFolder = there && volume.facts(folder).kind() == FileFacts.Kind.FOLDER;
        boolean twice = !others.add(folder.toAbsolutePath().normalize());
        if (twice || (there && !isFolder) || (isFolder && !volume.list(folder).isEmpty())) {
            throw new UnsafeStateException(
                    "exists",
                    folder,
                    twice ? "two clones can't have the same folder" : "a clone needs a folder that is new or empty",
                    "choose another one");
        }
    }

    private Snapshot snapshot(long uid) throws UnsafeStateException {
        return machine.snapshots()
                .snapshot(uid)
                .orElseThrow(() -> new UnsafeStateException(
                        "snapshot-unknown",
                        machine.snapshots().source().orElse(null),
                        "no snapshot has the uid " + uid));
    }

    /** The checkpoint to copy. */
    private Path memory(Optional<Snapshot> snapshot, PowerState power, CloneState state) throws IOException {
        Path configuration = machine.configuration().file().orElseThrow();
        if (snapshot.isEmpty()) {
            return machine.configuration()
                    .checkpoint()
                    .flatMap(name -> name.resolve(machine.path()))
                    .filter(path -> power == PowerState.SUSPENDED)
                    .orElseThrow(() -> new UnsafeStateException(
                            "not-suspended",
                            configuration,
                            "an instant clone goes on with the memory of a suspended machine, and this one is off",
                            Remedy.say("suspend it first, or name a snapshot with memory: ")
                                    .with(Kind.SNAPSHOT)));
        }
        Optional<Path> checkpoint =
                snapshot.get().memory() ? machine.checkpoint(snapshot.get()).filter(volume::exists) : Optional.empty();
        if (checkpoint.isEmpty()) {
            throw new UnsafeStateException(
                    "no-memory",
                    machine.snapshots().source().orElse(null),
                    "snapshot \"" + snapshot.get().name() + "\" has no memory to go on with",
                    "make a linked clone, which starts anew");
        }
        for (SourceDisk disk : state.disks()) {
            if (disk.sharing() == SourceDisk.Sharing.WRITTEN) {
                throw new UnsafeStateException(
                        "independent-disk",
                        configuration,
                        "the disk at " + disk.place()
                                + " is independent: it went on after the snapshot, whose memory counts on it",
                        "make a linked clone, which starts anew");
            }
        }
        return checkpoint.get();
    }

    /** The source's list learns of the clones; before the present state can be shared it must be a snapshot. */
    private void record(CloneRequest request, Optional<Snapshot> snapshot) throws IOException {
        SnapshotTree tree = machine.snapshots();
        Path list = tree.source().orElseThrow();
        SnapshotTreeEdit edit = tree.edit();
        long uid;
        if (snapshot.isPresent()) {
            uid = snapshot.get().uid();
        } else {
            Plan taken = new SnapshotPlanner(machine, now, consents)
                    .create(SnapshotRequest.of(SNAPSHOT_NAME, now)
                            .withDescription(SNAPSHOT_DESCRIPTION)
                            .withMemory());
            uid = tree.nextUid();
            for (Preparation preparation : taken.preparations()) {
                if (preparation instanceof StageText text && text.target().equals(list)) {
                    edit = SnapshotTree.parse(text.content().toBytes(), list).edit();
                } else {
                    draft.prepare(preparation);
                }
            }
            for (Step step : taken.steps()) {
                if (!step.equals(new Publish(list))) {
                    draft.step(step);
                }
            }
            taken.notes().forEach(draft::note);
            draft.note("the source has a new snapshot \"" + SNAPSHOT_NAME + "\": it keeps the disks that are shared");
        }
        for (NewMachine clone : request.machines()) {
            edit.addClone(uid, ParentHints.hintFor(list, configuration(clone)));
        }
        draft.publish(list, edit.toBytes());
    }

    private static Path configuration(NewMachine clone) {
        return clone.folder().toAbsolutePath().normalize().resolve(clone.name() + ".vmx");
    }

    private void makeFolders(Path folder, Set<Path> made) {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = folder.toAbsolutePath().normalize(); at != null && !volume.exists(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path at : missing) {
            if (made.add(at)) {
                draft.prepare(new MakeFolder(at));
            }
        }
    }

    private void make(CloneRequest request, NewMachine clone, CloneState state, Optional<Path> memory)
            throws IOException {
        Path configuration = configuration(clone);
        NewMachine placed = clone.withFolder(AtomicName.folderOf(configuration));
        CloneDisks disks = CloneDisks.of(request, placed, state.disks(), machine, held);
        for (Preparation preparation : disks.preparations()) {
            draft.prepare(preparation);
            if (preparation instanceof CopyDisk copy) {
                copies.add(copy);
            }
        }
        VmxFile vmx = state.configuration(disks.names());
        Optional<Path> nvram = nvram(state, sibling(configuration, ".nvram"));
        Optional<Path> extended = vmx.extendedConfig().map(name -> sibling(configuration, ".vmxf"));
        if (extended.isPresent()) {
            draft.publish(
                    extended.get(),
                    ExtendedConfiguration.create(String.valueOf(configuration.getFileName()), random)
                            .toBytes());
        }
        Optional<Path> checkpoint =
                memory.isPresent() ? Optional.of(copyMemory(memory.get(), configuration)) : Optional.empty();
        Path list = sibling(configuration, ".vmsd");
        SnapshotTreeEdit tree = SnapshotTree.parse(new byte[0], list).edit();
        if (request.kind() != CloneRequest.Kind.FULL) {
            Path source = machine.configuration().file().orElseThrow();
            tree.markAsClone(List.of(ParentHints.hintFor(list, source)), disks.sentinels());
        }
        draft.publish(list, tree.toBytes());
        CloneDevices devices = new CloneDevices(machine, configuration, clone.name(), draft);
        CloneConfiguration.Files files = new CloneConfiguration.Files(nvram, extended, checkpoint);
        new CloneConfiguration(request, clone, random).renew(vmx, files, devices, machine.path());
        draft.publish(configuration, vmx.dictionary().toBytes());
    }

    private static Path sibling(Path configuration, String suffix) {
        String name = String.valueOf(configuration.getFileName());
        return configuration.resolveSibling(name.substring(0, name.lastIndexOf('.')) + suffix);
    }

    private Optional<Path> nvram(CloneState state, Path target) throws IOException {
        Optional<Content> saved = state.savedNvram();
        if (saved.isPresent()) {
            draft.publish(target, saved.get().toBytes());
            return Optional.of(target);
        }
        Optional<Path> file = state.nvramFile();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        copy(file.get(), target);
        return Optional.of(target);
    }

    private Path copyMemory(Path saved, Path configuration) throws IOException {
        String mark = String.format("-%08x", random.nextInt());
        Path checkpoint = sibling(configuration, mark + ".vmss");
        copy(saved, checkpoint);
        Path memory = sibling(saved, ".vmem");
        if (volume.exists(memory)) {
            copy(memory, sibling(checkpoint, ".vmem"));
        }
        return checkpoint;
    }

    private void copy(Path from, Path to) throws IOException {
        draft.prepare(CopyFile.of(from, to, volume));
    }

    private void noteShared() {
        List<CopyDisk> sharing =
                copies.stream().filter(copy -> copy.shared() > 0).toList();
        CopyContent content = sharing.stream()
                .map(copy -> new CopyContent(copy.bytes(), copy.shared()))
                .reduce(CopyContent.NONE, CopyContent::and);
        if (content.shared() > 0) {
            DiskFormat thickest = sharing.stream()
                    .map(copy -> copy.spec().format())
                    .filter(DiskFormat::isThick)
                    .findFirst()
                    .orElse(sharing.get(0).spec().format());
            draft.note("new disks come to share blocks with those of the source" + content.note(thickest));
        }
    }

    /** A guest that resumes does not boot: what a boot would do must be done in it. */
    private void noteGuest(CloneRequest request) {
        draft.note("the guest goes on as its source was, with that one's host name, addresses, and MAC in its driver:"
                + " its network adapters start disconnected");
        draft.note(
                "in the guest, set host name and addresses, and reload the driver of the adapter so that it learns its"
                        + " new MAC; then connect the adapters");
        if (request.machines().stream().anyMatch(clone -> clone.guest().isPresent())) {
            draft.note(
                    "cloud-init runs at a boot, not at a resume: 'cloud-init clean --reboot' in the guest applies what"
                            + " is given here");
        }
    }

    private void noteRest(CloneRequest request, PowerState power) {
        if (request.kind() == CloneRequest.Kind.INSTANT) {
            noteGuest(request);
        }
        boolean present =
                request.kind() == CloneRequest.Kind.FULL && request.snapshot().isEmpty();
        if (present && power == PowerState.SUSPENDED) {
            draft.note("the clone starts as after a power cut: the memory of the suspended source is no part of it");
        }
        if (machine.configuration().devices().hasTpm()) {
            draft.note("the clone has the secrets of the source's virtual TPM: replace it in the clone");
        }
        String rest = machine.folder().files(FileRole.UNKNOWN).stream()
                .map(file -> String.valueOf(file.path().getFileName()))
                .limit(10)
                .collect(Collectors.joining(", "));
        if (!rest.isEmpty()) {
            draft.note("not copied, since nothing tells what it is: " + rest);
        }
    }
}

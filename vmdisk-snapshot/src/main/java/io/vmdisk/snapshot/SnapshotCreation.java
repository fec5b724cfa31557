package io.vmdisk.snapshot;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.snapshot.vmsd.NewSnapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsd.SnapshotTreeEdit;
import io.vmdisk.snapshot.vmsn.CheckpointWriter;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Plans a snapshot: new links and the checkpoint first, then the configuration, then the list. A crash between leaves the
 * machine on empty links that the list does not know, never a listed snapshot whose disk is written to.
 */
final class SnapshotCreation {
    /** Firmware variables have some hundred KiB at most; the journal carries them. */
    private static final int MAX_NVRAM_BYTES = 8 << 20;

    private final VirtualMachine machine;
    private final Readiness readiness;
    private final Volume volume;
    private final PlanBuilder draft = new PlanBuilder();

    SnapshotCreation(VirtualMachine machine, Readiness readiness) {
        this.machine = machine;
        this.readiness = readiness;
        this.volume = machine.volume();
    }

    Plan plan(SnapshotRequest request) throws IOException {
        PowerState state = readiness.require(EnumSet.of(Readiness.Bears.SUSPENDED));
        VmxFile vmx = machine.configuration();
        Path configuration = vmx.file().orElseThrow();
        if (vmx.isTemplate()) {
            throw new UnsafeStateException(
                    "template", configuration, "a template takes no snapshots", "turn it into a machine first");
        }
        FreezeRules rules = new FreezeRules(machine);
        rules.requireRoomInTree();
        rules.requireUnshared();
        if (request.memory() == SnapshotRequest.Memory.SUSPENDED) {
            rules.requireMemoryOfAllDisks();
        }
        SnapshotTree tree = machine.snapshots();
        String checkpoint = SnapshotTree.checkpointName(vmx.stem(), tree.nextUid());
        Path checkpointFile = machine.path().resolve(checkpoint);
        refuseTaken(checkpointFile);
        byte[] before = vmx.dictionary().toBytes();
        List<SnapshotDisk> frozen = freeze(vmx, request);
        if (request.memory() == SnapshotRequest.Memory.SUSPENDED) {
            takeMemory(state, vmx, checkpointFile);
        } else {
            draft.publish(checkpointFile, CheckpointWriter.poweredOff(parts(vmx, before)));
        }
        draft.publish(machine.configurationFile(), vmx.dictionary().toBytes());
        SnapshotTreeEdit list = tree.edit();
        list.add(new NewSnapshot(
                request.name(),
                request.description(),
                request.taken(),
                request.memory() == SnapshotRequest.Memory.SUSPENDED
                        ? NewSnapshot.State.RUNNING
                        : NewSnapshot.State.POWERED_OFF,
                checkpoint,
                frozen));
        draft.publish(machine.listFile(), list.toBytes());
        tree.snapshots().stream()
                .filter(other -> other.name().equals(request.name()))
                .findFirst()
                .ifPresent(other ->
                        draft.note("snapshot " + other.uid() + " has that name too: commands will need the uid"));
        return draft.plan("create snapshot \"" + request.name() + "\" of " + vmx.displayName(), machine.path());
    }

    private void refuseTaken(Path checkpoint) throws UnsafeStateException {
        for (Path file : List.of(checkpoint, memoryOf(checkpoint))) {
            if (volume.exists(file)) {
                throw new UnsafeStateException(
                        "exists",
                        file,
                        "the file exists, but no snapshot of that number is listed",
                        Remedy.of(Kind.REPAIR_LIST).and(" lists it again if the list was lost; else move it away"));
            }
        }
    }

    private static Path memoryOf(Path checkpoint) {
        String name = String.valueOf(checkpoint.getFileName());
        return checkpoint.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".vmem");
    }

    /** Points the configuration at new links; returns the disks as they are now. */
    private List<SnapshotDisk> freeze(VmxFile vmx, SnapshotRequest request) throws IOException {
        NewDeltas deltas = new NewDeltas(machine, request.delta());
        List<SnapshotDisk> frozen = new ArrayList<>();
        for (VmDisk disk : machine.folder().disks()) {
            DiskNode active = machine.active(disk.device().node()).orElse(null);
            if (takesPart(disk, active) && active != null) {
                new FreezeRules(machine).requireOneCapacity(active);
                CreateDisk delta = deltas.on(active);
                draft.prepare(delta);
                frozen.add(new SnapshotDisk(
                        disk.device().node().toString(), disk.device().file().text()));
                vmx.edit().setDiskFile(disk.device().node(), machine.nameOf(delta.target()));
            }
        }
        return frozen;
    }

    private boolean takesPart(VmDisk disk, @org.jspecify.annotations.Nullable DiskNode active) throws IOException {
        String where = "the disk at " + disk.device().node();
        if (disk.device().mode().isIndependent()) {
            draft.note(where + " is independent and takes no part");
            return false;
        }
        if (disk.device().mode().isLegacy()) {
            throw new UnsupportedFeatureException(
                    "disk-mode",
                    machine.configuration().file().orElse(null),
                    where + " has the mode " + disk.device().mode().text() + " of products of two decades ago",
                    "commit its log in that product, then make it persistent");
        }
        if (active == null) {
            throw new UnsafeStateException(
                    "disk-missing",
                    disk.path().orElse(null),
                    where + " is no disk that can be read here",
                    "bring it back, or remove it from the configuration");
        }
        if (active.link().descriptor().createType() == CreateType.PASSTHROUGH_RAW_DEVICE_MAP) {
            draft.note(where + " is a raw device in physical mode and takes no part");
            return false;
        }
        return true;
    }

    private void takeMemory(PowerState state, VmxFile vmx, Path checkpoint) throws IOException {
        Path saved = vmx.checkpoint()
                .flatMap(name -> name.resolve(machine.path()))
                .filter(path -> state == PowerState.SUSPENDED)
                .orElseThrow(() -> new UnsafeStateException(
                        "not-suspended",
                        vmx.file().orElse(null),
                        "the machine is not suspended, so there is no memory to take",
                        Remedy.say("take the snapshot without ").with(Kind.MEMORY)));
        copy(saved, checkpoint);
        if (volume.exists(memoryOf(saved))) {
            copy(memoryOf(saved), memoryOf(checkpoint));
        }
    }

    private void copy(Path from, Path to) throws IOException {
        draft.prepare(CopyFile.of(from, to, volume));
    }

    private Map<SnapshotPart, byte[]> parts(VmxFile vmx, byte[] before) throws IOException {
        Map<SnapshotPart, byte[]> parts = new EnumMap<>(SnapshotPart.class);
        parts.put(SnapshotPart.CONFIGURATION, before);
        Path nvram = vmx.nvram().resolve(machine.path()).orElse(null);
        if (nvram != null && volume.exists(nvram) && !machine.reaches(nvram)) {
            draft.note(nvram + " is not in the machine's folder, so it is not part of the snapshot");
        } else if (nvram != null && volume.exists(nvram)) {
            FileFacts facts = volume.facts(nvram);
            if (facts.kind() == FileFacts.Kind.FILE && facts.size() <= MAX_NVRAM_BYTES) {
                parts.put(SnapshotPart.FIRMWARE_VARIABLES, volume.readAll(nvram, MAX_NVRAM_BYTES));
            } else {
                draft.note(nvram.getFileName() + " has " + facts.size() + " bytes, so it is not part of the snapshot");
            }
        }
        return parts;
    }
}

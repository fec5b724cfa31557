package io.vmdisk.snapshot;

import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.disk.ChainConsolidation;
import io.vmdisk.plan.disk.ParentPull;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.StrayLists;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans the consolidation of a disk without its machine. Where a machine in reach names one of its links that is refused:
 * the machine would be left with names of disks that are gone.
 */
public final class LooseDisk {
    private final Volume volume;
    private final List<Path> search;

    /**
     * A planner.
     *
     * @param search folders that may hold disks and machines that depend on the disk
     */
    public LooseDisk(Volume volume, List<Path> search) {
        this.volume = volume;
        this.search = List.copyOf(search);
    }

    /** The plan; empty if the disk has no parent. */
    public Plan consolidate(Path disk, LinkSpace space) throws IOException {
        DiskChain chain = chain(disk);
        for (Path configuration : configurations(chain)) {
            refuseNamed(chain.links(), configuration);
        }
        return new ChainConsolidation(volume, search).plan(chain, space);
    }

    /**
     * The plan that merges one link into its parent; empty if it has none. A redo log may lie on a disk that a machine names,
     * since none names the log: the machine must not run or be suspended, and no snapshot may need that disk as it is.
     */
    public Plan commit(Path disk, LinkSpace space) throws IOException {
        DiskChain chain = chain(disk);
        List<DiskLink> changed =
                chain.links().subList(0, Math.min(2, chain.links().size()));
        boolean isRedoLog = DiskNames.isRedoLog(String.valueOf(disk.getFileName()));
        for (Path configuration : configurations(chain)) {
            if (isRedoLog) {
                refuseInUse(changed, configuration);
            } else {
                refuseNamed(changed, configuration);
            }
        }
        return new ChainConsolidation(volume, search).planOne(chain, space);
    }

    /** The plan that merges the parent of a disk into the disk; refused where a machine names one of the two. */
    public Plan planPull(Path disk) throws IOException {
        return puller(disk, Progress.NONE).plan(disk);
    }

    /** Does what {@link #planPull} says. */
    public void pull(Path disk, Progress progress) throws IOException {
        puller(disk, progress).run(disk);
    }

    private ParentPull puller(Path disk, Progress progress) throws IOException {
        DiskChain chain = chain(disk);
        for (Path configuration : configurations(chain)) {
            refuseNamed(chain.links().subList(0, Math.min(2, chain.links().size())), configuration);
        }
        return new ParentPull(OpenOptions.writable().withVolume(volume), search, progress);
    }

    /** One that is to be changed: of what an operation in its folder is at work on, the operation is told. */
    private DiskChain chain(Path disk) throws IOException {
        return DiskChain.of(disk, OpenOptions.readOnly().withVolume(volume).withAccess(OpenOptions.Access.READ_STILL));
    }

    /** The machines in reach of a chain, if nothing there is interrupted and no list names the chain. */
    private List<Path> configurations(DiskChain chain) throws IOException {
        Set<Path> folders = new LinkedHashSet<>(search);
        for (DiskLink link : chain.links()) {
            folders.add(AtomicName.folderOf(link.path()));
        }
        Recovery recovery = new Recovery(volume, Progress.NONE);
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            recovery.refuseInterrupted(folder);
            refuseListed(chain, folder);
            for (Path entry : volume.list(folder)) {
                boolean configuration =
                        entry.toString().endsWith(".vmx") || entry.toString().endsWith(".vmtx");
                if (configuration && volume.exists(entry)) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    private void refuseInUse(List<DiskLink> links, Path configuration) throws IOException {
        VirtualMachine machine = VirtualMachine.open(configuration, List.of(), volume);
        refuseHidden(machine, configuration);
        for (DiskLink link : links) {
            Optional<DiskNode> node = machine.disks().find(link.path());
            if (node.isEmpty() || !machine.owns(node.get())) {
                continue;
            }
            PowerState state = machine.power(Instant.now()).state();
            if (state == PowerState.RUNNING || state == PowerState.SUSPENDED || state == PowerState.SUSPEND_BROKEN) {
                throw new UnsafeStateException(
                        "machine-disk",
                        link.path(),
                        "the machine " + configuration.getFileName() + " uses it: it runs or is suspended",
                        "power it off first");
            }
            if (!machine.snapshots().snapshots().isEmpty()) {
                throw new UnsafeStateException(
                        "machine-disk",
                        link.path(),
                        "the machine " + configuration.getFileName() + " has snapshots, which may need it as it is",
                        Remedy.say("delete them first, or consolidate into a new disk with ")
                                .with(Kind.INTO));
            }
        }
    }

    /** Its machine may be lost or have another name; its snapshots may still be wanted. */
    private void refuseListed(DiskChain chain, Path folder) throws IOException {
        StrayLists strays = StrayLists.in(folder, volume);
        if (!strays.unread().isEmpty()) {
            throw new UnsafeStateException(
                    "list-unread",
                    strays.unread().get(0),
                    "it can't be read, and may list snapshots on the disks that would be merged",
                    Remedy.say("make it readable, or consolidate into a new disk with ")
                            .with(Kind.INTO));
        }
        Optional<SnapshotTree> list = strays.naming(chain);
        if (list.isPresent()) {
            throw new UnsafeStateException(
                    "listed-disk",
                    list.get().source().orElseThrow(),
                    "it lists snapshots on " + chain.top().path().getFileName() + " or its parents",
                    Remedy.say("if it is old, move it away; or consolidate into a new disk with ")
                            .with(Kind.INTO));
        }
    }

    private void refuseNamed(List<DiskLink> links, Path configuration) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.open(configuration, List.of(), volume);
            refuseHidden(machine, configuration);
            for (DiskLink link : links) {
                Optional<DiskNode> node = machine.disks().find(link.path());
                if (node.isPresent() && machine.owns(node.get())) {
                    throw new UnsafeStateException(
                            "machine-disk",
                            link.path(),
                            "the machine " + configuration.getFileName() + " needs it",
                            Remedy.say("consolidate the machine: ")
                                    .with(Kind.CONSOLIDATE, configuration)
                                    .and("; or consolidate into a new disk with ")
                                    .with(Kind.INTO));
                }
            }
        } catch (UnsafeStateException e) {
            throw e;
        } catch (VmdiskException e) {
            throw unknown(configuration, e.problem());
        }
    }

    /** An encrypted configuration names disks that nobody sees. */
    private static void refuseHidden(VirtualMachine machine, Path configuration) throws UnsafeStateException {
        if (machine.configuration().encryption() == VmxFile.Encryption.WHOLE) {
            throw unknown(configuration, "it is encrypted");
        }
    }

    private static UnsafeStateException unknown(Path configuration, String why) {
        return new UnsafeStateException(
                "machine-unreadable",
                configuration,
                "it can't be told whether this machine needs the disk: " + why,
                Remedy.say("repair or move the configuration, or consolidate into a new disk with ")
                        .with(Kind.INTO));
    }
}

package io.vmdisk.snapshot;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.PlanLocks;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.RecoveryTrust;
import io.vmdisk.plan.Repair;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.LockTaker;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vm.VmwareLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Carries out plans on machines while VMware's products are kept away: the configuration is locked as Workstation, Fusion
 * and Player lock it, and a machine that changed since it was looked at, with its disks, is refused. Every file that a plan
 * touches is held meanwhile. ESXi does not see such locks.
 */
public final class MachineWork {
    private static final int MAX_BYTES = 64 << 20;

    private final Volume volume;
    private final Progress progress;

    /** Works with the files of {@code volume}. */
    public MachineWork(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /**
     * Does what a plan says.
     *
     * @param machine what the plan was made from
     */
    public void execute(VirtualMachine machine, Plan plan) throws IOException {
        execute(List.of(machine), plan);
    }

    /**
     * Does what a plan says.
     *
     * @param machines all that the plan was made from; the plan lies with the first
     */
    public void execute(List<VirtualMachine> machines, Plan plan) throws IOException {
        if (plan.isEmpty()) {
            return;
        }
        Closeable lock = LockTaker.of(volume).take(configurations(machines));
        try (lock) {
            PlanLocks.Files files = PlanLocks.of(plan, volume);
            for (Path configuration : configurations(machines)) {
                files.andChanged(configuration);
            }
            for (VirtualMachine machine : machines) {
                for (DiskNode disk : machine.ownDisks()) {
                    files.andKept(disk.link());
                }
            }
            try (PlanLocks held = files.take()) {
                for (VirtualMachine machine : machines) {
                    requireUnchanged(machine);
                }
                new PlanExecutor(volume, progress).execute(plan, held);
            }
        }
    }

    /**
     * Does a repair of a machine's disks.
     *
     * @param machine what the repair was planned from
     */
    public void execute(VirtualMachine machine, Repair repair) throws IOException {
        if (repair.isEmpty()) {
            return;
        }
        Closeable lock = LockTaker.of(volume).take(configurations(List.of(machine)));
        try (lock) {
            requireUnchanged(machine);
            // It takes the locks of its disks itself, one after the other.
            repair.execute(progress);
        }
    }

    private static List<Path> configurations(List<VirtualMachine> machines) {
        return machines.stream()
                .map(machine -> machine.configuration().file().orElseThrow())
                .toList();
    }

    private void requireUnchanged(VirtualMachine machine) throws IOException {
        Path configuration = machine.configuration().file().orElseThrow();
        requireSame(configuration, machine.configuration().dictionary().toBytes());
        Path list = machine.snapshots().source().orElseThrow();
        if (volume.exists(list)) {
            requireSame(list, machine.snapshots().document().toBytes());
        }
        OpenOptions options = OpenOptions.readOnly().withVolume(volume);
        for (DiskNode disk : machine.ownDisks()) {
            DiskUse.requireUnchanged(new DiskChain(List.of(disk.link()), null), options);
        }
    }

    private void requireSame(Path file, byte[] seen) throws IOException {
        if (!Arrays.equals(seen, volume.readAll(file, MAX_BYTES))) {
            throw new UnsafeStateException(
                    "changed",
                    file,
                    "it changed while the operation was planned",
                    "try again: something else works here");
        }
    }

    /** Recovers a machine, and changes nothing outside its folder; see {@link #recover(Path, RecoveryTrust)}. */
    public RecoveryOutcome recover(Path configuration) throws IOException {
        return recover(configuration, RecoveryTrust.NONE);
    }

    /**
     * Finishes or undoes the operation that was interrupted on a machine, and takes away the locks that it left: the
     * configuration may have had another name when it was locked.
     *
     * @param trust what it may change besides the files of the machine's folder
     * @throws UnsafeStateException if something uses the machine
     */
    public RecoveryOutcome recover(Path configuration, RecoveryTrust trust) throws IOException {
        LockTaker locks = LockTaker.of(volume);
        for (Path entry : volume.list(AtomicName.folderOf(configuration))) {
            String name = String.valueOf(entry.getFileName());
            if (name.endsWith(".vmx" + VmwareLock.SUFFIX) || name.endsWith(".vmtx" + VmwareLock.SUFFIX)) {
                locks.clearDead(entry.resolveSibling(name.substring(0, name.length() - VmwareLock.SUFFIX.length())));
            }
        }
        Closeable lock = locks.take(List.of(configuration));
        try (lock) {
            return new Recovery(volume, progress).recover(AtomicName.folderOf(configuration), trust);
        }
    }
}

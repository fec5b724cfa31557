package io.vmdisk.snapshot;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.LockTaker;
import io.vmdisk.vm.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Carries out plans on machines while VMware's products are kept away: the configuration is locked as Workstation, Fusion
 * and Player lock it, and a machine that changed since it was looked at is refused. ESXi does not see such locks.
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
        if (plan.isEmpty()) {
            return;
        }
        Path configuration = machine.configuration().file().orElseThrow();
        Closeable lock = LockTaker.of(volume).take(List.of(configuration));
        try (lock) {
            requireSame(configuration, machine.configuration().dictionary().toBytes());
            Path list = machine.snapshots().source().orElseThrow();
            if (volume.exists(list)) {
                requireSame(list, machine.snapshots().document().toBytes());
            }
            new PlanExecutor(volume, progress).execute(plan);
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

    /**
     * Finishes or undoes the operation that was interrupted on a machine, and takes away the lock that it left.
     *
     * @throws UnsafeStateException if something uses the machine
     */
    public Recovery.Outcome recover(Path configuration) throws IOException {
        LockTaker locks = LockTaker.of(volume);
        locks.clearDead(configuration);
        Closeable lock = locks.take(List.of(configuration));
        try (lock) {
            return new Recovery(volume, progress).recover(AtomicName.folderOf(configuration));
        }
    }
}

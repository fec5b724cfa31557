package io.vmdisk.vm;

import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges a machine's state by the signs in its folder, in the order of danger: running, crashed, in the middle of an
 * operation, suspended, in need of consolidation. Times of files only add to other signs, since a copy has new ones.
 */
final class PowerJudge {
    private static final Duration JUST_NOW = Duration.ofSeconds(60);
    private static final int LOG_TAIL_BYTES = 64 << 10;
    private static final int SMALL_READ = 16;
    private static final List<String> ENDINGS =
            List.of("VMX has left the building", "Transitioned vmx/execState/val to poweredOff");

    private final VmFolder vm;
    private final @Nullable DiskGraph near;
    private final VmxFile vmx;
    private final Volume volume;
    private final Instant now;

    /** @param near the disks of the folder alone; null if they are to be read when it comes to them */
    PowerJudge(VmFolder vm, @Nullable DiskGraph near, Volume volume, Instant now) {
        this.vm = vm;
        this.near = near;
        this.vmx = vm.configuration();
        this.volume = volume;
        this.now = now;
    }

    PowerVerdict judge() throws IOException {
        List<String> running = runningSigns();
        if (!running.isEmpty()) {
            return new PowerVerdict(PowerState.RUNNING, running);
        }
        if (vmx.encryption() == VmxFile.Encryption.WHOLE) {
            return new PowerVerdict(
                    PowerState.UNKNOWN, List.of("the configuration is encrypted, and its state is inside"));
        }
        List<String> suspend = new ArrayList<>();
        PowerState suspendState = suspendState(suspend);
        List<String> crashed = crashSigns(suspendState == PowerState.SUSPENDED);
        if (!crashed.isEmpty()) {
            return new PowerVerdict(PowerState.CRASHED, crashed);
        }
        OperationSigns operation = new OperationSigns(vm, near, volume).find();
        if (!operation.signs().isEmpty()) {
            return new PowerVerdict(PowerState.MID_OPERATION, operation.signs());
        }
        if (suspendState == PowerState.OFF && !operation.unmerged().isEmpty()) {
            return new PowerVerdict(PowerState.CONSOLIDATION_NEEDED, operation.unmerged());
        }
        return new PowerVerdict(suspendState, suspend);
    }

    private List<VmFile> runFiles() {
        return vm.files().stream()
                .filter(file -> file.role() == FileRole.SWAP
                        || file.role() == FileRole.PROCESS_SWAP
                        || file.role() == FileRole.PAGING_FILE)
                .toList();
    }

    private List<String> runningSigns() {
        List<String> signs = new ArrayList<>();
        for (VmwareLock lock : vm.locks()) {
            if (lock.state() == VmwareLock.State.HELD) {
                String holder = lock.holders().isEmpty()
                        ? ""
                        : ", held by " + lock.holders().get(0).executionId() + " on "
                                + lock.holders().get(0).machineId();
                signs.add("the lock " + lock.path().getFileName() + " is there" + holder);
            }
        }
        boolean justChanged = vm.files().stream().anyMatch(this::isFresh);
        if (justChanged) {
            runFiles().forEach(file -> signs.add(file.name() + " is there and files change"));
        }
        return signs;
    }

    private boolean isFresh(VmFile file) {
        Duration age = Duration.between(file.modified(), now);
        return !age.isNegative() && age.compareTo(JUST_NOW) < 0;
    }

    private List<String> crashSigns(boolean suspended) throws IOException {
        List<String> signs = new ArrayList<>();
        runFiles().forEach(file -> signs.add(file.name() + " is left of a run"));
        for (VmwareLock lock : vm.locks()) {
            if (lock.state() == VmwareLock.State.STALE || lock.state() == VmwareLock.State.COPIED) {
                signs.add("the lock " + lock.path().getFileName() + " is left of a run"
                        + (lock.state() == VmwareLock.State.COPIED ? " in another folder" : ""));
            }
        }
        if (!suspended && !vmx.isCleanShutdown() && !logEndsWell()) {
            signs.add("the configuration says that the last run did not end cleanly");
        }
        return signs;
    }

    private boolean logEndsWell() throws IOException {
        Path log = vm.folder().resolve("vmware.log");
        if (!volume.exists(log) || volume.facts(log).kind() != FileFacts.Kind.FILE) {
            return false;
        }
        try (BlockFile file = volume.open(log, OpenMode.READ)) {
            ByteBuffer tail = ByteBuffer.allocate(LOG_TAIL_BYTES);
            file.read(Math.max(0, file.size() - LOG_TAIL_BYTES), tail);
            String text = new String(tail.array(), 0, tail.position(), StandardCharsets.ISO_8859_1);
            return ENDINGS.stream().anyMatch(text::contains);
        }
    }

    private PowerState suspendState(List<String> reasons) throws IOException {
        Optional<FileReference> named = vmx.checkpoint();
        if (named.isEmpty()) {
            return PowerState.OFF;
        }
        Optional<Path> path = named.get().resolve(vm.folder());
        if (path.isEmpty() || !volume.exists(path.get())) {
            reasons.add("it would resume from " + named.get().baseName() + ", which is not there");
            return PowerState.SUSPEND_BROKEN;
        }
        ByteBuffer start = ByteBuffer.allocate(SMALL_READ);
        try (BlockFile file = volume.open(path.get(), OpenMode.READ)) {
            file.read(0, start);
        }
        if (!FileForm.isResumable(start.flip())) {
            reasons.add(named.get().baseName() + " has been resumed, or is no checkpoint");
            return PowerState.SUSPEND_BROKEN;
        }
        reasons.add("it resumes from " + named.get().baseName());
        return PowerState.SUSPENDED;
    }
}

package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.CheckpointSummary.MemoryLocation;
import io.vmdisk.snapshot.vmsn.GuestMemory;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks into the checkpoints that snapshots and a suspended machine name, and for the memory that goes with them. */
final class CheckpointCheck {
    private static final String FALLBACK = "reverting keeps the present configuration and starts the machine anew";

    private final VirtualMachine machine;
    private final Set<Path> files;
    private final List<Finding> findings = new ArrayList<>();

    CheckpointCheck(VirtualMachine machine, Set<Path> files) {
        this.machine = machine;
        this.files = files;
    }

    List<Finding> find() throws IOException {
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            Optional<Path> file = machine.checkpoint(snapshot);
            if (file.isEmpty()) {
                report(
                        "vm.checkpoint-none",
                        Severity.WARNING,
                        machine.snapshots().source().orElse(machine.path()),
                        "snapshot uid " + snapshot.uid() + " names no checkpoint of this machine",
                        FALLBACK);
            } else if (machine.volume().exists(file.get())) {
                check(file.get(), snapshot.memory(), FALLBACK);
            }
        }
        Optional<Path> suspended = machine.configuration().checkpoint().flatMap(name -> name.place(machine.path()));
        if (suspended.isPresent() && machine.volume().exists(suspended.get())) {
            check(suspended.get(), true, "give the suspended state up if it can't be brought back");
        }
        return findings;
    }

    private void check(Path file, boolean wantsMemory, String remedy) throws IOException {
        if (!files.add(file)) {
            return;
        }
        try (Checkpoint checkpoint = Checkpoint.open(file, machine.volume())) {
            findings.addAll(checkpoint.check());
            MemoryLocation memory = checkpoint.summary().memory();
            switch (memory) {
                case LOST ->
                    report(
                            "vm.memory-missing",
                            Severity.ERROR,
                            file,
                            "the guest's memory should lie beside it in a .vmem, which is not there",
                            remedy);
                case DAMAGED ->
                    report("vm.memory-map", Severity.ERROR, file, "its map of the guest's memory is damaged", remedy);
                case NONE -> {
                    if (wantsMemory) {
                        report(
                                "vm.memory-none",
                                Severity.WARNING,
                                file,
                                "it should hold a running machine's state, but there is no memory in it",
                                remedy);
                    }
                }
                case BESIDE, EMBEDDED -> checkMemory(checkpoint, remedy);
            }
        } catch (UnsupportedFeatureException e) {
            report("check.checkpoint", Severity.WARNING, file, e.problem(), "");
        } catch (VmdiskException e) {
            report("vm.checkpoint-unreadable", Severity.ERROR, file, e.problem(), remedy);
        }
    }

    private void checkMemory(Checkpoint checkpoint, String remedy) throws IOException {
        try (GuestMemory memory = checkpoint.memory().orElse(null)) {
            if (memory == null) {
                return;
            }
            files.add(memory.path());
            if (memory.missingBytes() > 0) {
                report(
                        "vm.memory-short",
                        Severity.ERROR,
                        memory.path(),
                        "it lacks " + memory.missingBytes() + " bytes of the guest's memory",
                        "copy the file again; " + remedy);
            }
        }
    }

    private void report(String id, Severity severity, Path file, String message, String remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}

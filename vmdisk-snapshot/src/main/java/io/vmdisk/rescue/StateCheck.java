package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.plan.Recovery;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vm.VmwareLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Tells of a state in which a machine must not be changed, or does not start: runs, crashes, operations, locks. */
final class StateCheck {
    private final VirtualMachine machine;
    private final Path configuration;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();

    StateCheck(VirtualMachine machine, Instant now) {
        this.machine = machine;
        this.configuration = machine.configuration().file().orElseThrow();
        this.now = now;
    }

    List<Finding> find() throws IOException {
        findJournal();
        findPower();
        for (VmwareLock lock : machine.folder().locks()) {
            if (lock.state() == VmwareLock.State.STALE || lock.state() == VmwareLock.State.COPIED) {
                report(
                        "vm.lock-stale",
                        Severity.WARNING,
                        lock.path(),
                        lock.state() == VmwareLock.State.STALE
                                ? "the process that held this lock has ended"
                                : "this lock was made in another folder and copied along",
                        "once it is sure that nothing runs the machine, remove the folder");
            }
        }
        return findings;
    }

    private void findJournal() throws IOException {
        String operation;
        try {
            operation = new Recovery(machine.volume(), Progress.NONE)
                    .interrupted(machine.path())
                    .orElse(null);
        } catch (VmdiskException e) {
            operation = "an operation whose journal can't be read (" + e.problem() + ")";
        }
        if (operation != null) {
            report(
                    "vm.journal",
                    Severity.ERROR,
                    machine.path(),
                    "interrupted: " + operation + "; the machine must not be started before that is ended",
                    Remedy.of(Kind.RECOVER, configuration).and(" finishes or undoes it"));
        }
    }

    private void findPower() throws IOException {
        PowerVerdict verdict = machine.power(now);
        String reasons = String.join("; ", verdict.reasons());
        switch (verdict.state()) {
            case RUNNING ->
                report(
                        "check.running",
                        Severity.WARNING,
                        configuration,
                        "the machine runs or is locked, so its files may change while they are looked at: " + reasons,
                        "power it off and check again");
            case CRASHED ->
                report(
                        "vm.crashed",
                        Severity.WARNING,
                        configuration,
                        "the last run did not end in order, or it runs where that can't be seen: " + reasons,
                        Remedy.say("make sure that it does not run; commands that change it want ")
                                .with(Kind.ALLOW, "crashed"));
            case MID_OPERATION ->
                report(
                        "vm.mid-operation",
                        Severity.WARNING,
                        configuration,
                        "an operation on its snapshots did not end: " + reasons,
                        Remedy.of(Kind.REPAIR_LIST, configuration)
                                .and(" lists what was lost, or ")
                                .with(Kind.CONSOLIDATE, configuration)
                                .and(" merges what is listed nowhere"));
            case CONSOLIDATION_NEEDED ->
                report(
                        "vm.consolidation-needed",
                        Severity.WARNING,
                        configuration,
                        reasons,
                        Remedy.of(Kind.CONSOLIDATE, configuration)
                                .and(" merges them; ")
                                .with(Kind.REPAIR_LIST, configuration)
                                .and(" lists them as snapshots instead"));
            case SUSPEND_BROKEN ->
                report(
                        "vm.suspend-broken",
                        Severity.ERROR,
                        configuration,
                        reasons + ": it will not start",
                        Remedy.of(Kind.UNSET_KEY, configuration, "checkpoint.vmState")
                                .and(" gives the suspended state up"));
            case SUSPENDED, OFF, UNKNOWN -> {}
        }
    }

    private void report(String id, Severity severity, Path file, String message, String advice) {
        report(id, severity, file, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}

package io.vmdisk.snapshot;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.plan.Recovery;
import io.vmdisk.vm.FoundFile;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Refuses operations on machines whose state forbids them, each time naming the way on. For one thread. */
public final class Readiness {
    /** What an operation bears without being told so. */
    public enum Bears {
        /** A suspended machine: what its memory knows of the disks stays true. */
        SUSPENDED,
        /** Signs of an operation that did not end: this one builds on none of them. */
        MID_OPERATION,
        /** Files that contradict each other: this one looks itself at what it needs. */
        FINDINGS,
        /** A snapshot list whose structure can't be trusted: this one makes a new one, or does not need it. */
        BROKEN_LIST,
        /** Names of places that are not here, for which files were found: this one only reads them, or corrects the names. */
        FOUND_FILES
    }

    private final VirtualMachine machine;
    private final Instant now;
    private final Set<Consent> consents;

    /**
     * A judge of one machine.
     *
     * @param now what "just changed" is measured against
     * @param consents dangers the user agreed to
     */
    public Readiness(VirtualMachine machine, Instant now, Set<Consent> consents) {
        this.machine = machine;
        this.now = now;
        this.consents = consents.isEmpty() ? Set.of() : EnumSet.copyOf(consents);
    }

    boolean consented(Consent consent) {
        return consents.contains(consent);
    }

    /** Looks at everything; returns the state if the operation may go on. */
    public PowerState require(Set<Bears> bears) throws IOException {
        new Recovery(machine.volume(), Progress.NONE).refuseInterrupted(machine.path());
        machine.listFile();
        requirePlain(bears);
        PowerVerdict verdict = machine.power(now);
        PowerState state = verdict.state();
        switch (state) {
            case RUNNING -> throw refusal("running", verdict, "it runs or is locked", "power it off first");
            case CRASHED -> {
                if (!consented(Consent.CRASHED)) {
                    throw refusal(
                            "crashed",
                            verdict,
                            "its last run may not have ended",
                            Remedy.say("make sure that it does not run, then ").with(Kind.ALLOW, "crashed"));
                }
            }
            case MID_OPERATION -> {
                if (!bears.contains(Bears.MID_OPERATION)) {
                    throw refusal(
                            "mid-operation",
                            verdict,
                            "an operation on its snapshots did not end",
                            Remedy.say("let the product that began it end it, or ")
                                    .with(Kind.CONSOLIDATE));
                }
                if (machine.configuration().checkpoint().isPresent()) {
                    requireSuspendable(bears, verdict);
                }
            }
            case SUSPENDED, SUSPEND_BROKEN -> requireSuspendable(bears, verdict);
            case UNKNOWN, CONSOLIDATION_NEEDED, OFF -> {
                // An encrypted configuration was refused before; off is what all wait for.
            }
        }
        if (!bears.contains(Bears.FINDINGS)) {
            requireSound();
        }
        if (!bears.contains(Bears.FOUND_FILES)) {
            requireNamesOfHere();
        }
        return state;
    }

    /** What was found may be an old copy of what is meant; only the user knows, and says so with the repair. */
    private void requireNamesOfHere() throws IOException {
        for (FoundFile file : machine.folder().found()) {
            if (file.isGuess() && machine.isDisk(file)) {
                throw new UnsafeStateException(
                        "found-elsewhere",
                        configuration(),
                        file.describe(),
                        Remedy.say("if that is the right one, ")
                                .and(file.remedy(configuration()))
                                .and(" writes its name; else say where it is: ")
                                .with(Kind.MAP_STORE));
            }
        }
    }

    private void requireSuspendable(Set<Bears> bears, PowerVerdict verdict) throws UnsafeStateException {
        if (!bears.contains(Bears.SUSPENDED) && !consented(Consent.SUSPENDED)) {
            throw refusal(
                    "suspended",
                    verdict,
                    "it is suspended, and its memory counts on its disks as they are",
                    Remedy.say("resume it and power it off, or ").with(Kind.ALLOW, "suspended"));
        }
    }

    private UnsafeStateException refusal(String condition, PowerVerdict verdict, String problem, String advice) {
        return refusal(condition, verdict, problem, Remedy.say(advice));
    }

    private UnsafeStateException refusal(String condition, PowerVerdict verdict, String problem, Remedy hint) {
        return new UnsafeStateException(
                condition, configuration(), problem + ": " + String.join("; ", verdict.reasons()), hint);
    }

    private Path configuration() {
        return machine.configuration().file().orElse(machine.path());
    }

    private void requirePlain(Set<Bears> bears) throws IOException {
        VmxFile vmx = machine.configuration();
        if (vmx.encryption() != VmxFile.Encryption.NONE) {
            throw new UnsupportedFeatureException(
                    "encrypted",
                    configuration(),
                    "the machine is encrypted: its disks and checkpoints are not changed from outside",
                    "remove the encryption, or use the product that has the key");
        }
        if (!bears.contains(Bears.BROKEN_LIST)) {
            machine.snapshots().requireSound();
            requireListInPlace();
        }
    }

    /** No product would find the list again once another one stands in its place. */
    private void requireListInPlace() throws UnsafeStateException {
        if (machine.folder().isListRenamed()) {
            Path list = machine.snapshots().source().orElseThrow();
            throw new UnsafeStateException(
                    "list-renamed",
                    list,
                    "it is the snapshot list of this machine, but its name is not that of the configuration",
                    Remedy.of(Kind.REPAIR_LIST, configuration())
                            .and(" renames it to " + machine.folder().listFile().getFileName()));
        }
    }

    private void requireSound() throws UnsafeStateException {
        List<Finding> errors = machine.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            Finding first = errors.get(0);
            throw new UnsafeStateException(
                    "inconsistent",
                    first.file(),
                    first.message() + (errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : ""),
                    first.remedy());
        }
    }
}

package io.vmdisk.clone;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Plans the way of a machine to a template and back: the configuration is called {@code .vmtx} in place of {@code .vmx},
 * and its text stays as it is. One rename is the commit, so there are never both or neither.
 *
 * <p>Only a machine that is off becomes a template, and whatever says otherwise can't be overridden: a template has no
 * memory, no swap and no locks.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class TemplatePlanner {
    private static final String MACHINE = ".vmx";
    private static final String TEMPLATE = ".vmtx";

    private final VirtualMachine machine;
    private final Readiness readiness;
    private final VmxFile vmx;
    private final Path configuration;

    /** What becomes of snapshots. */
    public enum Snapshots {
        /** A machine that has some is refused: a template of vCenter's can't take, revert to or delete any. */
        REFUSE,
        /** They stay, and can be cloned from. */
        KEEP
    }

    /**
     * A planner.
     *
     * @param now what "just changed" is measured against
     */
    public TemplatePlanner(VirtualMachine machine, Instant now) {
        this.machine = machine;
        this.readiness = new Readiness(machine, now, Set.of());
        this.vmx = machine.configuration();
        this.configuration = vmx.file().orElseThrow();
    }

    /** Makes a template of a machine. */
    public Plan toTemplate(Snapshots snapshots) throws IOException {
        if (vmx.isTemplate()) {
            throw new UnsafeStateException(
                    "template",
                    configuration,
                    "it is a template already",
                    Remedy.say("deploy from it with ").with(Kind.CLONE));
        }
        readiness.require(EnumSet.noneOf(Readiness.Bears.class));
        if (snapshots == Snapshots.REFUSE && !machine.snapshots().isEmpty()) {
            throw new UnsafeStateException(
                    "snapshots",
                    machine.snapshots().source().orElse(null),
                    "the machine has " + machine.snapshots().snapshots().size()
                            + " snapshots, which nobody can revert to or delete while it is a template",
                    Remedy.say("delete them, or ").with(Kind.KEEP_SNAPSHOTS).and(" to clone from them"));
        }
        return renamed("make a template of " + vmx.displayName(), TEMPLATE);
    }

    /** Makes a machine of a template. */
    public Plan toMachine() throws IOException {
        if (!vmx.isTemplate()) {
            throw new UnsafeStateException("machine", configuration, "it is a machine, no template");
        }
        readiness.require(EnumSet.noneOf(Readiness.Bears.class));
        return renamed("make a machine of the template " + vmx.displayName(), MACHINE);
    }

    private Plan renamed(String operation, String suffix) throws IOException {
        Path target = configuration.resolveSibling(vmx.stem() + suffix);
        PlanBuilder draft = new PlanBuilder();
        Optional<Path> extended = vmx.extendedConfig()
                .flatMap(name -> name.resolve(machine.path()))
                .filter(machine::reaches)
                .filter(machine.volume()::exists);
        if (extended.isPresent()) {
            renameIn(extended.get(), target, draft);
        }
        draft.step(new MoveFile(configuration, target));
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (String clone : snapshot.clones()) {
                draft.note(
                        "the linked clone " + clone + " still names " + configuration.getFileName() + " as its source");
            }
        }
        return draft.plan(operation, machine.path());
    }

    private void renameIn(Path extended, Path target, PlanBuilder draft) throws IOException {
        try {
            ExtendedConfiguration changed = ExtendedConfiguration.read(machine.volume(), extended)
                    .withConfiguration(String.valueOf(target.getFileName()));
            draft.publish(extended, changed.toBytes());
        } catch (VmdiskException e) {
            draft.note(extended.getFileName() + " stays as it is: " + e.problem());
        }
    }
}

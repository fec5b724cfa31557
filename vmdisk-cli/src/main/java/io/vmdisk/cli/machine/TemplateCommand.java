package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.clone.TemplatePlanner;
import io.vmdisk.plan.Plan;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a template of a machine, or a machine of a template. */
@Command(
        name = "template",
        description = "Makes a template of a machine that is off (.vmx to .vmtx), or with --to-vm the way back."
                + " 'vmdisk clone' deploys from a template.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk template /vms/golden",
            "  vmdisk template --to-vm golden.vmtx",
            "  vmdisk template --dry-run --keep-snapshots /vms/golden",
        })
public final class TemplateCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Option(names = "--to-vm", description = "Make a machine of a template.")
    private boolean toVm;

    @Option(
            names = "--keep-snapshots",
            description = "Let snapshots stay: they can be cloned from, but not be taken, reverted to or deleted.")
    private boolean keepSnapshots;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public TemplateCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (toVm && keepSnapshots) {
            throw new UsageException("--keep-snapshots does not go with --to-vm, which keeps them anyway");
        }
        VirtualMachine machine = VirtualMachine.open(vm.path(), List.of(), datastores.volume());
        TemplatePlanner planner = new TemplatePlanner(machine, Instant.now());
        Plan plan = toVm
                ? planner.toMachine()
                : planner.toTemplate(keepSnapshots ? TemplatePlanner.Snapshots.KEEP : TemplatePlanner.Snapshots.REFUSE);
        if (dryRun) {
            PlanningOptions.rehearse(global, vm.path(), plan);
        } else {
            PlanningOptions.carryOut(global, vm.path(), List.of(machine), plan);
        }
        return ExitCodes.DONE;
    }
}

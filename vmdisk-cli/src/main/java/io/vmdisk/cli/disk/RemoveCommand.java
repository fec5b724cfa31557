package io.vmdisk.cli.disk;

import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.Confirmation;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.disk.DiskRemoval;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a disk with all its files. */
@Command(
        name = "remove",
        description = {
            "Removes a disk with all its files; those outside its folder or not called .vmdk stay.",
            "A disk that other disks or a machine in its folder depend on is refused, and one whose "
                    + "files another descriptor names too: a copy of a descriptor is not a copy of the disk."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk remove --dry-run web01_1.vmdk",
            "  vmdisk remove web01_1.vmdk",
        })
public final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Parameters(index = "0", paramLabel = "DISK", description = "A descriptor or a monolithic .vmdk.")
    private Path disk;

    public RemoveCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Plan plan = DiskRemoval.plan(disk, changing.forWriting());
        search.refuseAll(disk, changing.forWriting());
        if (!changing.ignoresUse()) {
            MachineReferences references = MachineReferences.to(disk);
            references.refuse(disk);
            references.refuseHidden(disk);
        }
        PlannedWork work = PlannedWork.of(plan, Volume.system());
        if (!changing.isRehearsal()) {
            confirmation.ask(global, disk + " and all its files are removed for good");
            try (ProgressBar progress = global.progress()) {
                new PlanExecutor(progress).execute(plan);
            }
        }
        global.show(disk, new DiskChange(work, changing.outcome()));
        return ExitCodes.DONE;
    }
}

package io.vmdisk.cli;

import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.DiskNames;
import io.vmdisk.plan.DiskRename;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives a disk another name in its folder. */
@Command(
        name = "rename",
        description = {
            "Renames a disk: descriptor, extents, change tracking file and what names them,",
            "the machines in its folder included. A disk that others depend on is refused."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk rename web01.vmdk web02.vmdk",
            "  vmdisk rename --dry-run /vmfs/web01/web01_1.vmdk data.vmdk",
        })
final class RenameCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Parameters(index = "0", paramLabel = "DISK", description = "A descriptor or a monolithic .vmdk.")
    private Path disk;

    @Parameters(index = "1", paramLabel = "NEW", description = "Its new name, in the same folder.")
    private Path newName;

    RenameCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Path target = target();
        Plan plan = MachineReferences.to(disk).follow(DiskRename.plan(disk, target, changing.forWriting()), target);
        if (!changing.isRehearsal()) {
            try (ProgressBar progress = global.progress()) {
                new PlanExecutor(progress).execute(plan);
            }
        }
        global.show(DiskChange.of(disk, plan, DiskChange.Outcome.of(changing)));
        return ExitCodes.DONE;
    }

    /** A bare name is meant beside the disk, wherever the user stands. */
    private Path target() {
        Path named = newName.getParent() == null ? disk.resolveSibling(newName) : newName;
        String name = String.valueOf(named.getFileName());
        boolean whole = name.toLowerCase(Locale.ROOT).endsWith(DiskNames.SUFFIX);
        return whole ? named : named.resolveSibling(DiskNames.descriptor(name));
    }
}

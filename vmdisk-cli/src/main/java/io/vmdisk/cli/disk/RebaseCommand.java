package io.vmdisk.cli.disk;

import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.plan.disk.DiskRebase;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a disk on top of another parent without changing what it reads as. */
@Command(
        name = "rebase",
        description = {
            "Gives a disk another parent, or none; its content stays.",
            "What the old and the new parent do not have in common is copied into the disk first."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk rebase web01-000002.vmdk --onto web01.vmdk",
            "  vmdisk rebase clone.vmdk --onto none",
        })
public final class RebaseCommand implements Callable<Integer> {
    private static final String NONE = "none";

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Parameters(index = "0", paramLabel = "DISK", description = "The disk that has a parent.")
    private Path disk;

    @Option(
            names = "--onto",
            paramLabel = "PARENT",
            required = true,
            description = "The new parent; none copies everything in, so that the disk stands alone.")
    private String onto;

    public RebaseCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Path parent = NONE.equals(onto) ? null : Path.of(onto);
        PlannedWork work;
        RightsWatch rights = RightsWatch.over(disk);
        search.refuseChildren(disk, changing.forWriting());
        try (ProgressBar progress = global.progress()) {
            DiskRebase rebase = new DiskRebase(changing.forWriting(), progress);
            work = PlannedWork.of(rebase.plan(disk, parent), Volume.system());
            if (!changing.isRehearsal()) {
                rebase(rebase, parent);
            }
        }
        global.show(disk, new DiskChange(work, changing.outcome()));
        rights.tell(global);
        return ExitCodes.DONE;
    }

    private void rebase(DiskRebase rebase, @Nullable Path parent) throws IOException {
        global.ifCancelled(disk + " reads the same as before; run the command again to complete it");
        if (parent == null) {
            rebase.ontoNothing(disk);
        } else {
            rebase.onto(disk, parent);
        }
    }
}

package io.vmdisk.cli.disk;

import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewSize;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.JournalledResize;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a disk larger, or smaller where its end is empty. */
@Command(
        name = "resize",
        description = {
            "Makes a disk larger. A crash leaves the old size or the new; running it again finishes it.",
            "The guest's partitions stay as they are: grow them from inside."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk resize web01.vmdk 200G",
            "  vmdisk resize web01.vmdk +10G",
            "  vmdisk resize --dry-run web01.vmdk 1.5T",
            "  vmdisk resize --shrink raw:web01.raw 20G",
        })
public final class ResizeCommand implements Callable<Integer> {
    private static final long SECTOR = Sector.BYTES;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic .vmdk, or raw:PATH; no snapshot, and without any.")
    private DiskArgument disk;

    @Parameters(
            index = "1",
            paramLabel = "SIZE",
            converter = NewSize.Converter.class,
            description =
                    "The new size, such as 200G or 4096s (sectors), rounded up to a whole sector; +10G and -10G are"
                            + " relative to what it has.")
    private NewSize asked;

    private long size;

    @Option(
            names = "--shrink",
            description = "Make it smaller, if what lies behind the new end is unused or all zeros.")
    private boolean shrink;

    /** {@code -5G} is a size here, and no option. */
    @Spec
    void takeSigns(CommandSpec spec) {
        spec.parser().unmatchedOptionsArePositionalParams(true);
    }

    public ResizeCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        disk.requireFile();
        RawLook.tell(global, disk);
        OpenOptions options = changing.forWriting();
        if (!disk.isRaw()) {
            search.refuseChildren(disk.path(), options);
        }
        DiskLink link =
                disk.chain(options.withParents(OpenOptions.Parents.NONE)).top();
        size = asked.of(link.capacity(), disk.path());
        long wanted = Math.max(1, size / SECTOR + (size % SECTOR == 0 ? 0 : 1)) * SECTOR;
        String operation = "resize " + disk + " from " + ByteSize.printExact(link.capacity()) + " to "
                + ByteSize.printExact(wanted);
        RightsWatch rights = RightsWatch.over(disk.path());
        if (changing.isRehearsal()) {
            rehearse(link, options);
        } else {
            global.ifCancelled(disk + " has its old size or the new one; 'vmdisk recover' completes it");
            resize(options);
        }
        StepKind kind = wanted < link.capacity() ? StepKind.SHRINK_DISK : StepKind.GROW_DISK;
        global.show(disk, new DiskChange(PlannedWork.changing(disk.path(), kind, operation), changing.outcome()));
        rights.tell(global);
        return ExitCodes.DONE;
    }

    private void rehearse(DiskLink link, OpenOptions options) throws IOException {
        DiskUse.refuse(link, options);
        if (size < link.capacity() && !shrink) {
            throw new UnsafeStateException(
                    "shrink",
                    disk.path(),
                    "the disk has " + link.capacity() + " bytes, " + size + " are fewer",
                    "say --shrink if what lies behind is unused");
        }
    }

    private void resize(OpenOptions options) throws IOException {
        try (ProgressBar progress = global.progress()) {
            DiskResize resize = new DiskResize(options, progress);
            JournalledResize journalled = new JournalledResize(options, progress);
            boolean raw = disk.isRaw();
            if (raw && shrink) {
                resize.shrinkRaw(disk.path(), size);
            } else if (raw) {
                resize.growRaw(disk.path(), size);
            } else if (shrink) {
                journalled.shrink(disk.path(), size);
            } else {
                journalled.grow(disk.path(), size);
            }
        }
    }
}

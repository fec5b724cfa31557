package io.vmdisk.cli.disk;

import io.vmdisk.cli.answer.ConvertedDisk;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewDiskOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.SyncOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.StreamExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an empty disk, or a delta on another. */
@Command(
        name = "create",
        description = "Makes a new disk that reads as zeros, or with -b as its parent.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk create data.vmdk 100G -O thin --adapter pvscsi",
            "  vmdisk create data.vmdk 40G -O twoGbMaxExtentSparse --extent-size 1G",
            "  vmdisk create web01-000001.vmdk -O seSparse -b web01.vmdk",
        })
public final class CreateCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private NewDiskOptions wanted = new NewDiskOptions();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = NewFile.Name.class,
            description = "The new disk; it must not exist.")
    private Path disk;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Its size, as all sizes here: 512, 64k, 20G, 1.5T (powers of 1024) or 4096s (sectors). It is"
                    + " rounded up to a whole sector; with -b that of the parent if not given, and never less.")
    private @Nullable Long size;

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            required = true,
            converter = FormatConverter.class,
            completionCandidates = FormatConverter.Candidates.class,
            description = "The format to make: ${COMPLETION-CANDIDATES}." + FormatConverter.OR_SHORT)
    private DiskFormat format;

    @Option(
            names = {"-b", "--backing"},
            paramLabel = "PARENT",
            description = "Make a delta that holds only what differs from this disk.")
    private @Nullable Path parent;

    @Mixin
    private SyncOptions sync = new SyncOptions();

    @Option(names = "--dry-run", description = "Say which files would be made, after all checks; nothing is changed.")
    private boolean rehearsal;

    public CreateCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        NewFile.requireFolder(disk);
        CreateSpec plain = CreateSpec.of(format, capacity());
        CreateSpec made = wanted.applyTo(parent == null ? plain : plain.withParent(parent));
        if (rehearsal) {
            DiskRoom room = StagedDisk.rehearse(disk, made, Volume.system());
            room.require();
            show(made, work(made).withCost(0).withRoom(room), Outcome.DRY_RUN);
            return ExitCodes.DONE;
        }
        global.ifCancelled(disk + " was not made; its parts were removed");
        try (ProgressBar progress = global.progress()) {
            if (format == DiskFormat.STREAM_OPTIMIZED) {
                StreamExport.createEmpty(disk, made, sync.volume());
            } else {
                StagedDisk.createEmpty(disk, made, sync.volume(), progress);
            }
        }
        if (!global.quiet() || global.json()) {
            show(made, work(made).withCost(0), Outcome.DONE);
        }
        return ExitCodes.DONE;
    }

    private PlannedWork work(CreateSpec made) throws IOException {
        return PlannedWork.making(disk, "create " + format.word() + " disk " + disk, made);
    }

    private void show(CreateSpec made, PlannedWork work, Outcome outcome) throws IOException {
        PlannedWork told = work.withNotes(sync.notes(work.notes(), global));
        global.show(disk, new ConvertedDisk(disk, format.word(), made.capacity(), List.of(), told, outcome));
    }

    private long capacity() throws IOException {
        if (parent == null) {
            if (size == null) {
                throw new UsageException("the size is missing: only a delta has that of its parent");
            }
            return size;
        }
        if (size == null) {
            return NewFile.capacityOf(parent);
        }
        NewFile.requireReach(disk, size, parent, "leave the size out: a delta is as large as its parent");
        return size;
    }
}

package io.vmdisk.cli;

import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.EsxiFit;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a disk with all its parents, or makes a delta on it. */
@Command(
        name = "clone",
        description = {
            "Copies a disk with all its parents into one new disk of its own identity,",
            "or with --linked makes a delta on it: from then on the disk must not change."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk clone web01-000002.vmdk copy.vmdk",
            "  vmdisk clone web01.vmdk copy.vmdk -O thin",
            "  vmdisk clone --linked golden.vmdk web02.vmdk",
        })
final class CloneCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument source;

    @Parameters(index = "1", paramLabel = "NEW", description = "The new disk; it must not exist.")
    private Path target;

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            completionCandidates = FormatConverter.Words.class,
            description = "Its format, if not that of DISK: ${COMPLETION-CANDIDATES}.")
    private @Nullable DiskFormat format;

    @Option(names = "--linked", description = "Make a delta on DISK in place of a copy.")
    private boolean linked;

    @Option(names = "--dry-run", description = "Say which files would be made; nothing is changed.")
    private boolean rehearsal;

    CloneCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        try (VirtualDisk from = opening.open(source)) {
            CreateSpec made = spec(from);
            if (rehearsal) {
                List<String> steps = StagedDisk.files(target, made).stream()
                        .map(file -> "make " + file)
                        .toList();
                String operation = "clone " + source + " to " + made.format().word() + " disk " + target;
                global.show(
                        new DiskChange(target.toString(), operation, steps, List.of(), 0, DiskChange.Outcome.DRY_RUN));
                return ExitCodes.DONE;
            }
            global.ifCancelled(target + " was not made; its parts were removed");
            try (ProgressBar progress = global.progress()) {
                if (linked) {
                    StagedDisk.createEmpty(target, made, progress);
                } else {
                    new DiskConverter(threads.count(), progress).convert(from, target, made);
                }
            }
            if (!global.quiet() || global.json()) {
                global.show(new Converted(target.toString(), made.format().word(), made.capacity()));
            }
        }
        return ExitCodes.DONE;
    }

    private CreateSpec spec(VirtualDisk from) {
        CreateSpec made = CreateSpec.of(format == null ? likeSource(from) : format, from.capacity());
        for (DiskLink link : from.links()) {
            if (link.descriptor().adapterType().isPresent()) {
                made = made.withAdapter(link.descriptor().adapterType().get());
                break;
            }
        }
        return linked ? made.withParent(source.path()) : made;
    }

    private DiskFormat likeSource(VirtualDisk from) {
        if (linked) {
            return EsxiFit.reasonAgainst(from.chain()).isPresent()
                    ? DiskFormat.MONOLITHIC_SPARSE
                    : EsxiFit.formatFor(from.capacity(), EsxiFit.Role.DELTA);
        }
        return source.kind() == DiskArgument.Kind.RAW
                ? DiskFormat.RAW
                : DiskFormat.forCopyOf(from.links().get(0).descriptor());
    }
}

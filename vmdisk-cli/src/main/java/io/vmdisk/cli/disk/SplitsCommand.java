package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskSplits;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cuts the work on a disk for many machines. */
@Command(
        name = "splits",
        description = "Cuts a disk into parts that store equally much, for work on many machines.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk splits web01.vmdk --target 1G",
            "  vmdisk splits web01.vmdk --target 256M --json",
        })
public final class SplitsCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument source;

    @Option(
            names = "--target",
            paramLabel = "SIZE",
            required = true,
            converter = SizeConverter.class,
            description = "How much a part shall store; it may be up to 1 MiB, or a grain if that is larger, more.")
    private long target;

    /** With the options that every command has. */
    public SplitsCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (target < 1) {
            throw new UsageException("--target 0: a part stores at least a byte");
        }
        RawLook.tell(global, source);
        try (VirtualDisk disk = opening.open(source)) {
            global.show(source, new SplitList(source.toString(), disk.capacity(), DiskSplits.of(disk, target)));
        }
        return ExitCodes.DONE;
    }
}

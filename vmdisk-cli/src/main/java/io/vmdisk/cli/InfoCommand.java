package io.vmdisk.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a disk is made of, also where it is broken. */
@Command(
        name = "info",
        description = "Shows what a disk is made of: format, sizes, chain, extents and health.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk info web01-000002.vmdk",
            "  vmdisk info --json web01.vmdk",
            "  vmdisk info raw:web01-flat.vmdk",
        })
final class InfoCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument disk;

    InfoCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        global.show(DiskInfo.of(disk, opening.forReading()));
        return ExitCodes.DONE;
    }
}

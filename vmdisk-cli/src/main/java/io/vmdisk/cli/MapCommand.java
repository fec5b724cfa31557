package io.vmdisk.cli;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows where the bytes of a disk are. */
@Command(
        name = "map",
        description = "Shows which file of the chain holds each stretch of a disk; --json is qemu-img's.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk map web01-000002.vmdk",
            "  vmdisk map --json web01-000002.vmdk > map.json",
            "  vmdisk map --force=broken-chain web01-000002.vmdk",
        })
final class MapCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument disk;

    MapCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        try (VirtualDisk open = opening.open(disk)) {
            global.show(new DiskMap(open));
        }
        return ExitCodes.DONE;
    }
}

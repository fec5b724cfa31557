package io.vmdisk.cli.disk;

import io.vmdisk.cli.answer.DiskMap;
import io.vmdisk.cli.answer.MapPicture;
import io.vmdisk.cli.answer.PictureFile;
import io.vmdisk.cli.answer.PictureLegend;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PlainCommand;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where the bytes of a disk are. */
@Command(
        name = "map",
        description = "Shows which file of the chain holds each stretch of a disk; --json is qemu-img's.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk map web01-000002.vmdk",
            "  vmdisk map --json web01-000002.vmdk > map.json",
            "  vmdisk map --image web01.svg web01-000002.vmdk",
            "  vmdisk map --force=broken-chain web01-000002.vmdk",
        })
public final class MapCommand implements PlainCommand {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument disk;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            converter = PictureFile.Converter.class,
            description = "Draw a picture instead, a .svg or .png: each cell has the colour of the link that holds most"
                    + " of it.")
    private @Nullable PictureFile image;

    @Mixin
    private PointOptions point = new PointOptions();

    public MapCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public void take(List<String> operands, Map<String, String> values) {
        disk = DiskArgument.parse(PlainCommand.only(operands));
    }

    @Override
    public Integer call() throws IOException {
        try (VirtualDisk open = opening.open(point.of(disk))) {
            global.show(image == null ? new DiskMap(open) : drawn(open, image));
        }
        return ExitCodes.DONE;
    }

    private static PictureLegend drawn(VirtualDisk open, PictureFile file) throws IOException {
        MapPicture picture = MapPicture.of(open);
        NewFile.write(file.path(), file.format().encode(picture, file.path()));
        return new PictureLegend(file.path(), picture, open.links());
    }
}

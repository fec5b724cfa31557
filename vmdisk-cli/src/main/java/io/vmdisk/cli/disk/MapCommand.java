package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.answer.DiskMap;
import io.vmdisk.cli.answer.MapPicture;
import io.vmdisk.cli.answer.PictureFile;
import io.vmdisk.cli.answer.PictureLegend;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.concurrent.Callable;
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
            "  vmdisk map --start 1G --length 64M web01-000002.vmdk",
            "  vmdisk map --image web01.svg web01-000002.vmdk",
            "  vmdisk map --force=broken-chain web01-000002.vmdk",
        })
public final class MapCommand implements Callable<Integer> {
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

    @Option(
            names = "--start",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Begin at this byte of the disk.")
    private long start;

    @Option(
            names = "--length",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Show so many bytes at most; all that follow if not given.")
    private @Nullable Long length;

    public MapCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (image != null && (start != 0 || length != null)) {
            throw new UsageException("--image draws the whole disk: it goes with neither --start" + " nor --length");
        }
        RawLook.tell(global, disk);
        try (VirtualDisk open = point.open(disk, opening.forReading())) {
            global.show(disk, image == null ? new DiskMap(open, shown(open.capacity())) : drawn(open, image));
        }
        return ExitCodes.DONE;
    }

    /** What is asked for, cut at the disk's end as qemu-img does. */
    private ByteRange shown(long capacity) {
        long from = Math.min(start, capacity);
        long rest = capacity - from;
        return new ByteRange(from, length == null ? rest : Math.min(length, rest));
    }

    private static PictureLegend drawn(VirtualDisk open, PictureFile file) throws IOException {
        MapPicture picture = MapPicture.of(open);
        NewFile.write(file.path(), file.format().encode(picture, file.path()));
        return new PictureLegend(file.path(), picture, open.links());
    }
}

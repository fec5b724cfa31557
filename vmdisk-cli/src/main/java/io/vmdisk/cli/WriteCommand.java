package io.vmdisk.cli;

import io.vmdisk.LimitExceededException;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes bytes into the virtual disk. */
@Command(
        name = "write",
        description = {
            "Writes bytes into the virtual disk, as a guest would; durable when it ends.",
            "With --dry-run the input is read and measured, nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk write web01.vmdk --offset 0 -i bootsector.bin",
            "  vmdisk write raw:web01.raw --offset 2048s < partition.img",
        })
final class WriteCommand implements Callable<Integer> {
    private static final int CHUNK = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH; nothing may depend on it.")
    private DiskArgument disk;

    @Option(
            names = "--offset",
            paramLabel = "SIZE",
            required = true,
            converter = SizeConverter.class,
            description = "Where the first byte goes.")
    private long offset;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "FILE",
            description = "Where the bytes come from; standard input if not given.")
    private @Nullable Path input;

    WriteCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        OpenOptions options = changing.isRehearsal() ? OpenOptions.readOnly() : changing.forWriting();
        long written;
        try (VirtualDisk open = VirtualDisk.open(disk.chain(options), options);
                ProgressBar progress = global.progress()) {
            global.ifCancelled(disk + " has a part of the new bytes");
            if (offset > open.capacity()) {
                throw new LimitExceededException(
                        "past-end", disk.path(), "the disk ends at " + open.capacity() + ", before " + offset, null);
            }
            progress.begin("writing " + disk, open.capacity() - offset);
            Path file = input;
            if (file == null) {
                InputStream in = global.console().in();
                written = copy((done, chunk) -> in.readNBytes(chunk, 0, CHUNK), open, progress);
            } else {
                try (BlockFile from = Volume.system().open(file, OpenMode.READ)) {
                    written = copy((done, chunk) -> from.read(done, ByteBuffer.wrap(chunk)), open, progress);
                }
            }
            open.flush();
        }
        String operation = "write " + ByteSize.printExact(written) + " at " + offset + " to " + disk;
        global.show(DiskChange.single(disk, operation, DiskChange.Outcome.of(changing)));
        return ExitCodes.DONE;
    }

    private interface Source {
        /** Fills the chunk, or less at the end of the input. */
        int read(long done, byte[] chunk) throws IOException;
    }

    private long copy(Source from, VirtualDisk to, ProgressBar progress) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long at = offset;
        while (true) {
            progress.checkCancelled("writing");
            int count = from.read(at - offset, chunk);
            if (count == 0) {
                return at - offset;
            }
            if (count > to.capacity() - at) {
                throw new LimitExceededException(
                        "past-end",
                        disk.path(),
                        "the input leads past the disk's end at " + to.capacity() + "; " + (at - offset)
                                + " bytes of it are written",
                        "resize the disk, or cut the input");
            }
            if (!changing.isRehearsal()) {
                to.write(at, ByteBuffer.wrap(chunk, 0, count));
            }
            at += count;
            progress.advance(count);
        }
    }
}

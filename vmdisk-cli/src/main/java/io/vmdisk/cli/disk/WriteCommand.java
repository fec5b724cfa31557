package io.vmdisk.cli.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ThinWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
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
            "The input's length is compared with the disk before the first byte is written. A file has one, also as"
                    + " standard input; of a pipe it is known up to 16 MiB, which are read ahead. A longer pipe needs"
                    + " --length.",
            "With --dry-run nothing is written; a pipe without --length is read and measured."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk write web01.vmdk --offset 0 -i bootsector.bin",
            "  vmdisk write raw:web01.raw --offset 2048s < partition.img",
        })
public final class WriteCommand implements Callable<Integer> {
    private static final int CHUNK = 1 << 20;

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

    @Option(
            names = "--length",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "How many bytes are taken from the input; it must have as many.")
    private @Nullable Long length;

    public WriteCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        RawLook.tell(global, disk);
        OpenOptions options = changing.isRehearsal() ? OpenOptions.readOnly() : changing.forWriting();
        if (!disk.isRaw()) {
            search.refuseChildren(disk.path(), options);
        }
        long written;
        RightsWatch rights = RightsWatch.over(disk.path());
        try (VirtualDisk open = disk.open(options);
                ProgressBar progress = global.progress()) {
            global.ifCancelled(disk + " has a part of the new bytes");
            if (offset > open.capacity()) {
                throw new LimitExceededException(
                        "past-end", disk.path(), "the disk ends at " + open.capacity() + ", before " + offset);
            }
            progress.begin("writing " + disk, open.capacity() - offset);
            Path file = input;
            if (file == null) {
                Long wanted = length;
                OptionalLong known = wanted == null
                        ? global.console().inputLength()
                        : OptionalLong.of(
                                Math.min(wanted, global.console().inputLength().orElse(wanted)));
                written = copy(WriteSource.of(global.console().in(), known), open, progress);
            } else {
                try (BlockFile from = Volume.system().open(file, OpenMode.READ)) {
                    written = copy(WriteSource.of(from), open, progress);
                }
            }
            open.flush();
        }
        String operation = "write " + ByteSize.printExact(written) + " at " + offset + " to " + disk;
        PlannedWork work = PlannedWork.changing(disk.path(), StepKind.WRITE_DATA, operation)
                .withCost(written);
        global.show(disk, new DiskChange(work, changing.outcome()));
        rights.tell(global);
        return ExitCodes.DONE;
    }

    private long copy(WriteSource whole, VirtualDisk to, ProgressBar progress) throws IOException {
        WriteSource from = length == null ? whole : whole.first(length);
        requireFits(from, to);
        byte[] chunk = new byte[CHUNK];
        long end = from.length().isPresent() ? offset + from.length().getAsLong() : to.capacity() + 1;
        long at = offset;
        while (at < end) {
            progress.checkCancelled("writing");
            int wanted = (int) Math.min(CHUNK, end - at);
            int count = from.reader().read(at - offset, chunk, wanted);
            if (count > to.capacity() - at) {
                throw tooLong(to, "more than " + (to.capacity() - offset));
            }
            if (count > 0 && !changing.isRehearsal()) {
                ThinWrite.over(to, at, ByteBuffer.wrap(chunk, 0, count));
            }
            at += count;
            progress.advance(count);
            if (count < wanted) {
                break;
            }
        }
        requireAll(from, at - offset);
        return at - offset;
    }

    /** Before the first byte: afterwards the disk's old end would be gone for nothing. */
    private void requireFits(WriteSource from, VirtualDisk to) throws LimitExceededException {
        long room = to.capacity() - offset;
        if (from.length().isPresent()) {
            if (from.length().getAsLong() > room) {
                throw tooLong(to, String.valueOf(from.length().getAsLong()));
            }
        } else if (!changing.isRehearsal()) {
            throw new LimitExceededException(
                    "input-length",
                    disk.path(),
                    "standard input is a pipe of more than " + ByteSize.printExact(WriteSource.READ_AHEAD)
                            + ", and whether it fits is not known before its end; nothing is written",
                    "give its length with --length, or write it to a file first and name that with -i");
        }
    }

    private LimitExceededException tooLong(VirtualDisk to, String bytes) {
        return new LimitExceededException(
                "past-end",
                disk.path(),
                "the input has " + bytes + " bytes, from " + offset + " to the disk's end at " + to.capacity()
                        + " there are " + (to.capacity() - offset) + "; nothing is written",
                "resize the disk, or write a part of the input with --length");
    }

    /** A pipe may end before the length that was promised, a file may be cut while it is read. */
    private void requireAll(WriteSource from, long written) throws LimitExceededException {
        if (from.length().isPresent() && written < from.length().getAsLong()) {
            throw new LimitExceededException(
                    "input-short",
                    disk.path(),
                    "the input ended after " + written + " bytes, "
                            + from.length().getAsLong() + " were to come; what came is written",
                    "run the command again with all of the input");
        }
    }
}

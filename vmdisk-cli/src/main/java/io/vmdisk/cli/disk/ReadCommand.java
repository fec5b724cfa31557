package io.vmdisk.cli.disk;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes bytes of a virtual disk or a guest's memory to standard output or a new file. */
@Command(
        name = "read",
        description = "Reads bytes of the virtual disk as a guest would see them, or of a guest's memory.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk read web01.vmdk --length 512 | xxd",
            "  vmdisk read web01.vmdk --offset 1M --length 64k -o part.bin",
            "  vmdisk read web01-000002.vmdk --offset 2048s",
            "  vmdisk read web01.vmx --snapshot clean --disk scsi0:0 -o clean.raw",
            "  vmdisk read web01-4f1e2c3b.vmss -o memory.raw",
        })
public final class ReadCommand implements Callable<Integer> {
    private static final int CHUNK = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            paramLabel = "DISK|MEMORY",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH; a .vmsn, .vmss or .vmem for the"
                    + " guest's memory by physical address.")
    private DiskArgument source;

    @Option(
            names = "--offset",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The first byte; 0 if not given.")
    private long offset;

    @Option(
            names = "--length",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "How many bytes; up to the end if not given.")
    private @Nullable Long length;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "A new file for the bytes; standard output if not given.")
    private @Nullable Path output;

    @Mixin
    private PointOptions point = new PointOptions();

    public ReadCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        RawLook.tell(global, source);
        try (ReadableSource open = open();
                ProgressBar progress = global.progress()) {
            long bytes = checkedLength(open.size());
            progress.begin("reading " + source, bytes);
            if (output == null) {
                OutputStream out = global.console().out();
                copy(
                        open,
                        bytes,
                        progress,
                        (at, chunk) -> out.write(chunk.array(), chunk.arrayOffset(), chunk.limit()));
            } else {
                toFile(output, open, bytes, progress);
            }
        }
        return ExitCodes.DONE;
    }

    private ReadableSource open() throws IOException {
        return switch (OperandKind.of(source, Volume.system())) {
            case CHECKPOINT -> MemorySource.ofCheckpoint(source.path(), global::note);
            case MEMORY -> MemorySource.ofImage(source.path(), global::note);
            case DISK, MACHINE -> new DiskSource(point.open(source, opening.forReading()));
        };
    }

    private long checkedLength(long capacity) {
        if (offset > capacity) {
            throw new UsageException("--offset " + offset + " is past the end: there are " + capacity + " bytes");
        }
        long rest = capacity - offset;
        if (length != null && length > rest) {
            throw new UsageException(
                    "--length " + length + " leads past the end: " + rest + " bytes are left from there");
        }
        return length == null ? rest : length;
    }

    private void toFile(Path file, ReadableSource open, long bytes, Progress progress) throws IOException {
        global.ifCancelled(file + " holds what was read so far");
        try (BlockFile target = NewFile.create(file)) {
            copy(open, bytes, progress, (at, chunk) -> {
                // What was never written reads as zeros, and takes no space.
                if (!ZeroScan.isZero(chunk, chunk.position(), chunk.limit())) {
                    target.writeFully(at, chunk);
                }
            });
            target.setSize(bytes);
            target.force();
        }
    }

    private interface Target {
        void write(long at, ByteBuffer chunk) throws IOException;
    }

    private void copy(ReadableSource open, long bytes, Progress progress, Target target) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long done = 0; done < bytes; done += chunk.limit()) {
            progress.checkCancelled("reading");
            chunk.clear().limit((int) Math.min(CHUNK, bytes - done));
            open.read(offset + done, chunk);
            target.write(done, chunk.flip());
            progress.advance(chunk.limit());
        }
    }
}

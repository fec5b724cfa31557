package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes bytes of the virtual disk to standard output or a new file. */
@Command(
        name = "read",
        description = "Reads bytes of the virtual disk, as a guest would see them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk read web01.vmdk --length 512 | xxd",
            "  vmdisk read web01.vmdk --offset 1M --length 64k -o part.bin",
            "  vmdisk read web01-000002.vmdk --offset 2048s",
        })
final class ReadCommand implements Callable<Integer> {
    private static final int CHUNK = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument disk;

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
            description = "How many bytes; up to the disk's end if not given.")
    private @Nullable Long length;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "A new file for the bytes; standard output if not given.")
    private @Nullable Path output;

    ReadCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        try (VirtualDisk open = opening.open(disk);
                ProgressBar progress = global.progress()) {
            long bytes = checkedLength(open.capacity());
            progress.begin("reading " + disk, bytes);
            if (output == null) {
                OutputStream out = global.console().out();
                copy(open, bytes, progress, (at, chunk) -> out.write(chunk.array(), 0, chunk.limit()));
            } else {
                toFile(output, open, bytes, progress);
            }
        }
        return ExitCodes.DONE;
    }

    private long checkedLength(long capacity) {
        if (offset > capacity) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--offset " + offset + " is past the disk's end: it has " + capacity + " bytes");
        }
        long rest = capacity - offset;
        if (length != null && length > rest) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--length " + length + " leads past the disk's end: " + rest + " bytes are left from there");
        }
        return length == null ? rest : length;
    }

    private void toFile(Path file, VirtualDisk open, long bytes, Progress progress) throws IOException {
        Volume volume = Volume.system();
        if (volume.exists(file)) {
            throw new UnsafeStateException("exists", file, "the file is there already", "name another, or remove it");
        }
        global.ifCancelled(file + " holds what was read so far");
        try (BlockFile target = volume.open(file, OpenMode.CREATE)) {
            copy(open, bytes, progress, target::writeFully);
            target.force();
        }
    }

    private interface Target {
        void write(long at, ByteBuffer chunk) throws IOException;
    }

    private void copy(VirtualDisk open, long bytes, Progress progress, Target target) throws IOException {
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

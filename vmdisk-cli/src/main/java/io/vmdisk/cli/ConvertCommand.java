package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a disk of another format with the same content, the parents' included. */
@Command(
        name = "convert",
        description = "Makes a new disk of another format with the content of a disk and all its parents.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk convert web01-000002.vmdk web01.raw -O raw",
            "  vmdisk convert web01.vmdk - -O raw | sha256sum",
            "  vmdisk convert raw:web01.raw web01.vmdk -O monolithicSparse",
            "  vmdisk convert -n web01.vmdk raw:existing.raw",
        })
final class ConvertCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument source;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            converter = DiskArgument.Converter.class,
            description = "The new disk, or - for standard output (raw only); with -n an existing disk.")
    private DiskArgument target;

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            completionCandidates = FormatConverter.Words.class,
            description = "The format to make: ${COMPLETION-CANDIDATES}.")
    private @Nullable DiskFormat format;

    @Option(
            names = {"-b", "--backing"},
            paramLabel = "PARENT",
            description = "Make a delta that holds only what differs from this disk.")
    private @Nullable Path parent;

    @Option(
            names = {"-n", "--no-create"},
            description = "Write into the existing disk DST, which keeps its format and size.")
    private boolean intoExisting;

    ConvertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        try (VirtualDisk from = opening.open(source)) {
            if (toStandardOutput()) {
                writeRaw(from);
            } else if (intoExisting) {
                overwrite(from);
            } else {
                create(from);
            }
        }
        return ExitCodes.DONE;
    }

    private boolean toStandardOutput() {
        return target.toString().equals(STDOUT);
    }

    private void checkOptions() {
        if (intoExisting && (format != null || parent != null || toStandardOutput())) {
            throw usage("-n writes into the disk as it is: it goes with neither -O nor -b nor standard output");
        }
        if (!intoExisting && format == null) {
            throw usage("the format to make is missing: -O raw, -O vmfsThin, …");
        }
        if (toStandardOutput() && (format != DiskFormat.RAW || parent != null)) {
            throw usage("only -O raw can go to standard output");
        }
        if (toStandardOutput() && global.console().terminal().outIsTerminal()) {
            throw usage("standard output is a terminal: send it to a file or a pipe");
        }
        boolean rawTarget = target.kind() == DiskArgument.Kind.RAW && !intoExisting;
        if (rawTarget && format != DiskFormat.RAW) {
            throw usage("raw: names a raw image, so it goes with -O raw only");
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private DiskConverter converter(Progress progress) {
        return new DiskConverter(threads.count(), Volume.system(), progress);
    }

    private void writeRaw(VirtualDisk from) throws IOException {
        global.ifCancelled("what was written to standard output is not the whole disk");
        OutputStream out = global.console().out();
        try (ProgressBar progress = global.progress()) {
            converter(progress).writeRaw(from, Channels.newChannel(out));
        }
    }

    private void overwrite(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " holds a part of the new content; run the command again to complete it");
        OpenOptions writing = OpenOptions.writable();
        long capacity;
        try (VirtualDisk to = VirtualDisk.open(target.chain(writing), writing);
                ProgressBar progress = global.progress()) {
            converter(progress).convertInto(from, to);
            capacity = to.capacity();
        }
        report("existing", capacity);
    }

    private void create(VirtualDisk from) throws IOException {
        DiskFormat wanted = Objects.requireNonNull(format);
        CreateSpec made = CreateSpec.of(wanted, from.capacity());
        made = from.chain()
                .top()
                .descriptor()
                .adapterType()
                .map(made::withAdapter)
                .orElse(made);
        if (parent != null) {
            made = made.withParent(parent);
        }
        global.ifCancelled(target.path() + " was not made; its parts were removed");
        try (ProgressBar progress = global.progress()) {
            converter(progress).convert(from, target.path(), made);
        }
        report(wanted.word(), made.capacity());
    }

    private void report(String madeFormat, long capacity) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(new Converted(target.path().toString(), madeFormat, capacity));
        }
    }
}

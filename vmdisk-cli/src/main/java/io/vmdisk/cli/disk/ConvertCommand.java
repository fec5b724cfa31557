package io.vmdisk.cli.disk;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.answer.Converted;
import io.vmdisk.cli.answer.DiskChange;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.HoleSizeConverter;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PlainCommand;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.HoleSize;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.StreamExport;
import io.vmdisk.transfer.StreamImport;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
            "  vmdisk convert --for esxi appliance.vmdk web01.vmdk",
            "  vmdisk convert web01.vmdk - -O streamOptimized --level 9 > web01-disk1.vmdk",
            "  tar -xOf web01.ova web01-disk1.vmdk | vmdisk convert - web01.vmdk -O vmfsThin",
        })
public final class ConvertCommand implements PlainCommand {
    private static final String PIPE = "-";
    private static final Set<String> FORMAT_OPTIONS = Set.of("-O", "--format");

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
            description = "A descriptor, a monolithic or extent .vmdk, raw:PATH, or - for a streamOptimized disk on"
                    + " standard input.")
    private DiskArgument source;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            converter = DiskArgument.Converter.class,
            description = "The new disk, or - for standard output (raw, streamOptimized); with -n an existing disk.")
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

    @Option(
            names = "--for",
            paramLabel = "PRODUCT",
            description =
                    "Choose a format that PRODUCT can start, and say why SRC could not be: ${COMPLETION-CANDIDATES}.")
    private @Nullable Product product;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            converter = Level.class,
            description = "How hard streamOptimized is compressed: 1, fast, to 9, small; 6 if not given.")
    private @Nullable Integer level;

    @Option(
            names = "--sparse-size",
            paramLabel = "SIZE",
            converter = HoleSizeConverter.class,
            description = "How many zeros in a row become a hole of the new disk: a power of two from 512 to 1M; 0"
                    + " leaves nothing out and takes all space. 4k if not given.")
    private @Nullable HoleSize sparseSize;

    @Option(
            names = "--dry-run",
            description = "Say which files would be made or changed, after all checks; nothing is.")
    private boolean rehearsal;

    /** What a disk can be made for. */
    enum Product {
        /** A host. */
        ESXI;

        @Override
        public String toString() {
            return "esxi";
        }
    }

    /** Reads a level. */
    static final class Level implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("[1-9]")) {
                return Integer.valueOf(text);
            }
            throw new TypeConversionException("'" + text + "' is not a level from 1 to 9");
        }
    }

    @Mixin
    private PointOptions point = new PointOptions();

    public ConvertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Set<String> plainOptions() {
        return FORMAT_OPTIONS;
    }

    /** Two files and a format; whatever needs {@link #usage} is not plain. */
    @Override
    public void take(List<String> operands, Map<String, String> values) {
        if (operands.size() != 2 || values.size() != 1) {
            throw new IllegalArgumentException("two disks and a format");
        }
        source = DiskArgument.parse(operands.get(0));
        target = DiskArgument.parse(operands.get(1));
        format = DiskFormat.of(values.values().iterator().next()).orElseThrow(IllegalArgumentException::new);
        if (target.isRaw()) {
            throw new IllegalArgumentException("a target that is read for its format");
        }
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        target.requireFile();
        if (!intoExisting && !toStandardOutput()) {
            NewFile.requireFolder(target.path());
        }
        if (fromStandardInput()) {
            readIn();
            return ExitCodes.DONE;
        }
        try (VirtualDisk from = opening.open(point.of(source))) {
            if (product == Product.ESXI) {
                chooseForEsxi(from);
            }
            if (rehearsal) {
                rehearse(from);
            } else if (toStandardOutput()) {
                writeOut(from);
            } else if (intoExisting) {
                overwrite(from);
            } else {
                create(from);
            }
        }
        return ExitCodes.DONE;
    }

    private boolean fromStandardInput() {
        return source.toString().equals(PIPE);
    }

    private boolean toStandardOutput() {
        return target.toString().equals(PIPE);
    }

    private void checkOptions() {
        if (intoExisting && (format != null || parent != null || toStandardOutput())) {
            throw usage("-n writes into the disk as it is: it goes with neither -O nor -b nor standard output");
        }
        if (product != null && (format != null || intoExisting || toStandardOutput())) {
            throw usage("--for chooses the format of a new disk: it goes with neither -O nor -n nor standard output");
        }
        if (!intoExisting && format == null && product == null) {
            throw usage("the format to make is missing: -O raw, -O vmfsThin, …");
        }
        if (fromStandardInput() && (toStandardOutput() || product != null || rehearsal)) {
            throw usage("a disk on standard input goes into a new disk of a format that -O names, or with -n into one");
        }
        boolean flows = format == DiskFormat.RAW || format == DiskFormat.STREAM_OPTIMIZED;
        if (toStandardOutput() && (!flows || parent != null)) {
            throw usage("only -O raw and -O streamOptimized can go to standard output");
        }
        if (level != null && format != DiskFormat.STREAM_OPTIMIZED) {
            throw usage("--level is about compression: it goes with -O streamOptimized only");
        }
        boolean copies = !intoExisting && parent == null && !fromStandardInput() && !toStandardOutput();
        if (sparseSize != null && (!copies || format == DiskFormat.STREAM_OPTIMIZED)) {
            throw usage("--sparse-size is about holes of a new disk: it goes with none of -n, -b, pipes and"
                    + " -O streamOptimized");
        }
        if (toStandardOutput() && global.console().terminal().outIsTerminal()) {
            throw usage("standard output is a terminal: send it to a file or a pipe");
        }
        boolean rawTarget = target.isRaw() && !intoExisting;
        if (rawTarget && format != DiskFormat.RAW) {
            throw usage("raw: names a raw image, so it goes with -O raw only");
        }
    }

    private void chooseForEsxi(VirtualDisk from) throws IOException {
        if (parent != null) {
            DiskChain below = DiskChain.of(parent, OpenOptions.readOnly());
            Optional<String> problem = EsxiFit.reasonAgainst(below);
            if (problem.isPresent()) {
                throw new UnsafeStateException(
                        "esxi-parent",
                        parent,
                        "a host could not start " + problem.get(),
                        "convert the parent with --for esxi first, and make the delta on what comes out");
            }
        }
        format = EsxiFit.formatFor(from.capacity(), parent == null ? EsxiFit.Role.BASE : EsxiFit.Role.DELTA);
        String reason = EsxiFit.reasonAgainst(from.chain())
                .map(problem -> "a host could not start " + problem)
                .orElse("a host could start " + source + " as it is");
        global.note(reason);
    }

    private void rehearse(VirtualDisk from) throws IOException {
        String operation = "convert " + source + " to " + target;
        global.ifCancelled("nothing was changed");
        if (!intoExisting && !toStandardOutput()) {
            CreateSpec made = spec(from);
            ConvertCost cost;
            try (ProgressBar progress = global.progress()) {
                cost = converter(progress).rehearse(from, target.path(), made);
            }
            global.show(DiskChange.making(target.path(), operation, made, cost.bytes(), cost.room(), cost.notes()));
            return;
        }
        List<String> steps = intoExisting ? List.of("change " + target) : List.of();
        long bytes = intoExisting ? rehearseInto(from) : DiskConverter.storedBytes(from);
        global.show(new DiskChange(
                target.toString(), operation, steps, List.of(), bytes, List.of(), DiskChange.Outcome.DRY_RUN));
    }

    /** Opened as for the work, which refuses what the work would; what is not written stays as it is. */
    private long rehearseInto(VirtualDisk from) throws IOException {
        OpenOptions writing = OpenOptions.writable();
        try (VirtualDisk to = target.open(writing)) {
            return converter(Progress.NONE).rehearseInto(from, to);
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private DiskConverter converter(Progress progress) {
        DiskConverter converter = new DiskConverter(threads.count(), Volume.system(), progress);
        return sparseSize == null ? converter : converter.withHoles(sparseSize);
    }

    private void writeOut(VirtualDisk from) throws IOException {
        global.ifCancelled("what was written to standard output is not the whole disk");
        WritableByteChannel out = Channels.newChannel(global.console().out());
        try (ProgressBar progress = global.progress()) {
            if (format == DiskFormat.RAW) {
                converter(progress).writeRaw(from, out);
            } else {
                exporter(progress).toChannel(from, out, spec(from), nameInStream());
            }
        }
    }

    /** What the stream holds is known only when its first sectors have been read. */
    private void readIn() throws IOException {
        StreamImport stream =
                StreamImport.open(global.console().in(), Path.of("standard input"), StreamImport.Damage.REFUSE);
        String word;
        try (ProgressBar progress = global.progress()) {
            if (intoExisting) {
                global.ifCancelled(target + " holds a part of the new content");
                OpenOptions writing = OpenOptions.writable();
                try (VirtualDisk to = target.open(writing)) {
                    tell(stream.over(to, threads.count(), progress));
                    word = word(to);
                }
            } else {
                word = Objects.requireNonNull(format).word();
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                CreateSpec made = spec(stream.capacity(), stream.descriptor());
                tell(stream.into(target.path(), made, threads.count(), Volume.system(), progress));
            }
        }
        report(word, stream.capacity());
    }

    private void tell(Imported imported) {
        imported.findings().forEach(finding -> global.note(finding.message()));
    }

    private StreamExport exporter(Progress progress) {
        return new StreamExport(threads.count(), level == null ? StreamExport.DEFAULT_LEVEL : level, progress);
    }

    private Path nameInStream() {
        return source.path().getFileName() == null
                ? Path.of("disk.vmdk")
                : source.path().getFileName();
    }

    private void overwrite(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " holds a part of the new content; run the command again to complete it");
        OpenOptions writing = OpenOptions.writable();
        String word;
        long capacity;
        try (VirtualDisk to = target.open(writing);
                ProgressBar progress = global.progress()) {
            converter(progress).convertInto(from, to);
            word = word(to);
            capacity = to.capacity();
        }
        report(word, capacity);
    }

    /** The format of the disk that was there already. */
    private String word(VirtualDisk to) {
        return LinkInfo.format(to.chain().top(), target.kind());
    }

    private CreateSpec spec(VirtualDisk from) throws IOException {
        return spec(from.capacity(), Optional.of(from.chain().top().descriptor()));
    }

    private CreateSpec spec(long capacity, Optional<Descriptor> descriptor) throws IOException {
        CreateSpec plain = CreateSpec.of(Objects.requireNonNull(format), capacity);
        CreateSpec made = descriptor
                .flatMap(Descriptor::adapterType)
                .map(plain::withAdapter)
                .orElse(plain);
        if (parent == null) {
            return made;
        }
        NewFile.requireReach(target.path(), capacity, parent, "choose a parent of the same size, or none");
        return made.withParent(parent);
    }

    private void create(VirtualDisk from) throws IOException {
        CreateSpec made = spec(from);
        global.ifCancelled(target.path() + " was not made; its parts were removed");
        try (ProgressBar progress = global.progress()) {
            if (made.format() == DiskFormat.STREAM_OPTIMIZED) {
                exporter(progress).toFile(from, target.path(), made);
            } else {
                converter(progress).convert(from, target.path(), made);
            }
        }
        report(made.format().word(), made.capacity());
    }

    private void report(String madeFormat, long capacity) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(new Converted(target.path().toString(), madeFormat, capacity));
        }
    }
}

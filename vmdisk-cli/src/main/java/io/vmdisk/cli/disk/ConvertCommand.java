package io.vmdisk.cli.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.answer.Converted;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.Salvaged;
import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FactOptions;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.HoleSizeConverter;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.SalvageOptions;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.TargetFormat;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.disk.make.DerivedNumbers;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.export.DiskExport;
import io.vmdisk.export.ExportFormat;
import io.vmdisk.storage.FileKind;
import io.vmdisk.storage.PipeFile;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ContentSeed;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.HoleSize;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.RawImport;
import io.vmdisk.transfer.StreamExport;
import io.vmdisk.transfer.StreamImport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Makes a disk of another format with the same content, the parents' included. */
@Command(
        name = "convert",
        description = {
            "Makes a new disk of another format with the content of a disk and all its parents.",
            "It is the same disk in another form: it keeps what the old one says of itself, its UUID included.",
            "What binds the old one to files beside it (change tracking, I/O filters) is left out, and named."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk convert web01-000002.vmdk web01.raw -O raw",
            "  vmdisk convert web01.vmdk - -O raw | sha256sum",
            "  vmdisk convert raw:web01.raw web01.vmdk -O monolithicSparse",
            "  vmdisk convert web01-000002.vmdk web01.qcow2 -O qcow2",
            "  vmdisk convert -n web01.vmdk raw:existing.raw",
            "  vmdisk convert --for esxi appliance.vmdk web01.vmdk",
            "  vmdisk convert web01.vmdk - -O streamOptimized --level 9 > web01-disk1.vmdk",
            "  zcat web01.raw.gz | vmdisk convert - web01.vmdk -O thin",
            "  tar -xOf web01.ova web01-disk1.vmdk | vmdisk convert - web01.vmdk -O vmfsThin",
        })
public final class ConvertCommand implements Callable<Integer> {
    private static final String PIPE = "-";

    /** What a streamOptimized disk begins with. */
    private static final byte[] MAGIC = {'K', 'D', 'M', 'V'};

    private static final int HEAD_BYTES = 512;
    private static final long MIB = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private SalvageOptions salvage = new SalvageOptions();

    /** The source, if it is read for salvage. */
    private @Nullable VirtualDisk damaged;

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Mixin
    private FactOptions facts = new FactOptions();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, or raw:PATH. A pipe, or - for standard input, brings"
                            + " a streamOptimized disk or raw bytes; raw:- takes whatever comes for raw bytes.")
    private DiskArgument source;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[SRC...] DST",
            converter = DiskArgument.Converter.class,
            description = "More disks to put behind the first one, if any; then the new disk, or - for standard output"
                    + " (raw, streamOptimized); with -n an existing disk.")
    private List<DiskArgument> operands = new ArrayList<>();

    private List<DiskArgument> more = List.of();

    private DiskArgument target = new DiskArgument(Path.of(""), DiskArgument.Kind.VMDK, "");

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            converter = TargetFormat.Converter.class,
            completionCandidates = TargetFormat.Words.class,
            description = "The format to make: ${COMPLETION-CANDIDATES}. qcow2, vhdx and vhd (fixed) are for other"
                    + " hypervisors, and only written." + FormatConverter.OR_SHORT)
    private @Nullable TargetFormat wanted;

    /** What is wanted, or what {@code --for} has chosen. */
    private @Nullable DiskFormat format;

    private @Nullable ExportFormat image;

    @Option(
            names = {"-b", "--backing"},
            paramLabel = "PARENT",
            description = "Make a delta that holds only what differs from this disk.")
    private @Nullable Path parent;

    @Option(
            names = {"-n", "--no-create"},
            description =
                    "Write into the existing disk DST, which keeps its format, its size, and what lies behind the end"
                            + " of SRC.")
    private boolean intoExisting;

    @Option(
            names = "--target-is-zero",
            description = "With -n: DST reads as zeros all over, so zeros need not be written. If it does not, its old"
                    + " content shows through.")
    private boolean targetIsZero;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "The size of the disk that a pipe's raw bytes are for; zeros fill it up. Formats that grow with"
                            + " their data (thin, monolithicFlat, raw) find it at the end if it is not given.")
    private @Nullable Long size;

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

    /** Two files and a format; whatever needs {@link #usage} is not plain. */
    @Override
    public Integer call() throws IOException {
        if (wanted != null) {
            format = wanted.disk().orElse(null);
            image = wanted.image().orElse(null);
        }
        target = operands.get(operands.size() - 1);
        more = operands.subList(0, operands.size() - 1);
        checkOptions();
        target.requireFile();
        if (intoExisting && !target.isRaw()) {
            search.refuseChildren(target.path(), OpenOptions.writable());
        }
        if (!intoExisting && !toStandardOutput()) {
            NewFile.requireFolder(target.path());
        }
        if (isPipe(source)) {
            try (InputStream in = fromStandardInput() ? global.console().in() : PipeFile.open(source.path())) {
                return readIn(in);
            }
        }
        RawLook.tell(global, source);
        for (DiskArgument each : more) {
            RawLook.tell(global, each);
        }
        if (!more.isEmpty()) {
            join();
            return ExitCodes.DONE;
        }
        try (VirtualDisk from = point.open(source, opening.forCopying(salvage))) {
            damaged = salvage.isWanted() ? from : null;
            if (product == Product.ESXI) {
                chooseForEsxi(from);
            }
            if (image != null) {
                export(from, image);
            } else if (rehearsal) {
                rehearse(from);
            } else if (toStandardOutput()) {
                writeOut(from);
            } else if (intoExisting) {
                overwrite(from);
            } else {
                create(from);
            }
            return damaged == null ? ExitCodes.DONE : tellLost(damaged);
        }
    }

    private int tellLost(VirtualDisk disk) throws IOException {
        salvage.write(disk);
        if (toStandardOutput()) {
            new Salvaged(target.path(), disk.capacity(), disk.lost()).lines().forEach(global::note);
        }
        return disk.lost().isEmpty() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private boolean fromStandardInput() {
        return source.path().toString().equals(PIPE);
    }

    private static boolean isPipe(DiskArgument disk) {
        return disk.path().toString().equals(PIPE)
                || (disk.kind() != DiskArgument.Kind.NBD && PipeFile.is(disk.path()));
    }

    private boolean toStandardOutput() {
        return target.toString().equals(PIPE);
    }

    private void checkOptions() {
        if (intoExisting && (wanted != null || parent != null || toStandardOutput())) {
            throw usage("-n writes into the disk as it is: it goes with neither -O nor -b nor standard output");
        }
        if (product != null && (wanted != null || intoExisting || toStandardOutput())) {
            throw usage("--for chooses the format of a new disk: it goes with neither -O nor -n nor standard output");
        }
        if (!intoExisting && wanted == null && product == null) {
            throw usage(FormatConverter.WHICH);
        }
        if (facts.isReproducible() && (intoExisting || isPipe(source))) {
            throw usage("--reproducible reads the source twice and makes a new disk: it goes with neither -n nor"
                    + " standard input");
        }
        if (salvage.problem() != null) {
            throw usage(salvage.problem());
        }
        if (salvage.isWanted() && !more.isEmpty()) {
            throw usage("--salvage reads one disk: join what it saved afterwards");
        }
        boolean piped = isPipe(source);
        if (piped && (toStandardOutput() || rehearsal)) {
            throw usage("a disk from a pipe goes into a new disk, or with -n into one: it can't be rehearsed, nor go to"
                    + " standard output");
        }
        if (!search.folders().isEmpty() && !intoExisting) {
            throw usage("--search looks for what depends on the existing disk of -n");
        }
        if (targetIsZero && (!intoExisting || piped)) {
            throw usage("--target-is-zero is about the existing disk of -n, and a file as its source");
        }
        if (size != null && !piped) {
            throw usage("--size is for raw bytes from a pipe: other disks have theirs");
        }
        boolean joined = !more.isEmpty();
        if (joined && (piped || more.stream().anyMatch(ConvertCommand::isPipe) || toStandardOutput() || intoExisting)) {
            throw usage("several disks become one new disk: they go with neither pipes nor -n");
        }
        if (joined && (parent != null || image != null || rehearsal || format == DiskFormat.STREAM_OPTIMIZED)) {
            throw usage(
                    "several disks become one of a format that is not compressed and has no parent, such as -O thin;"
                            + " convert that further");
        }
        if (joined && facts.isReproducible()) {
            throw usage("--reproducible is for one source");
        }
        if (image != null) {
            checkImageOptions(image);
        }
        boolean flows = format == DiskFormat.RAW || format == DiskFormat.STREAM_OPTIMIZED;
        if (toStandardOutput() && (!flows || parent != null)) {
            throw usage("only -O raw and -O streamOptimized can go to standard output");
        }
        if (intoExisting) {
            refuseFacts("are for a new disk: with -n DST keeps what it says of itself");
        } else if (format == DiskFormat.RAW) {
            refuseFacts(FactOptions.NO_DESCRIPTOR);
        } else if (parent != null) {
            refuseFacts(FactOptions.DELTA);
        }
        if (level != null && format != DiskFormat.STREAM_OPTIMIZED) {
            throw usage("--level is about compression: it goes with -O streamOptimized only");
        }
        boolean copies = !intoExisting && parent == null && !piped && !toStandardOutput();
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

    private void checkImageOptions(ExportFormat made) {
        if (parent != null || level != null || sparseSize != null) {
            throw usage(made.word() + " is an image of its own: it goes with none of -b, --level and --sparse-size");
        }
        if (isPipe(source) || toStandardOutput()) {
            throw usage(made.word()
                    + " needs a file to read from and one to write to, where it goes back to fill in its" + " index");
        }
        refuseFacts("stand in a VMDK's descriptor, and a " + made.word() + " image has none");
    }

    private void export(VirtualDisk from, ExportFormat made) throws IOException {
        Path file = target.path();
        if (rehearsal) {
            long bytes = new DiskExport(threads.count(), Volume.system(), Progress.NONE).rehearse(from, file, made);
            PlannedWork work = PlannedWork.making(file, operation()).withCost(bytes);
            show(made.word(), from.capacity(), List.of(), work, Outcome.DRY_RUN);
            return;
        }
        global.ifCancelled(file + " was not made; its parts were removed");
        try (ProgressBar progress = global.progress()) {
            RandomGenerator identifiers = facts.isReproducible()
                    ? new DerivedNumbers(ContentSeed.of(from, threads.count(), progress) + file.getFileName())
                    : new SecureRandom();
            new DiskExport(threads.count(), Volume.system(), progress).run(from, file, made, identifiers);
        }
        if (made == ExportFormat.VHD && from.capacity() % MIB != 0) {
            global.note("Azure takes disks of whole MiB only: resize the disk first if it is to go there");
        }
        report(made.word(), from.capacity(), List.of(), PlannedWork.making(file, operation()));
    }

    private void chooseForEsxi(VirtualDisk from) throws IOException {
        chooseForEsxi(from.capacity());
        String reason = EsxiFit.reasonAgainst(from.chain())
                .map(problem -> "a host could not start " + problem)
                .orElse("a host could start " + source + " as it is");
        global.note(reason);
    }

    private void requireParentForEsxi() throws IOException {
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
    }

    private void rehearse(VirtualDisk from) throws IOException {
        global.ifCancelled("nothing was changed");
        if (!intoExisting && !toStandardOutput()) {
            CreateSpec made = spec(from);
            ConvertCost cost;
            try (ProgressBar progress = global.progress()) {
                cost = converter(progress).rehearse(from, target.path(), made);
            }
            PlannedWork work =
                    making(made).withCost(cost.bytes()).withRoom(cost.room()).withNotes(cost.notes());
            show(made.format().word(), made.capacity(), leftOut(from), work, Outcome.DRY_RUN);
            return;
        }
        if (intoExisting) {
            rehearseInto(from);
            return;
        }
        PlannedWork work = PlannedWork.nothing(operation()).withCost(DiskConverter.storedBytes(from));
        show(Objects.requireNonNull(format).word(), from.capacity(), leftOut(from), work, Outcome.DRY_RUN);
    }

    /** Opened as for the work, which refuses what the work would; what is not written stays as it is. */
    private void rehearseInto(VirtualDisk from) throws IOException {
        requireOther(from);
        OpenOptions writing = OpenOptions.writable();
        try (VirtualDisk to = target.open(writing)) {
            PlannedWork work = filling().withCost(converter(Progress.NONE).rehearseInto(from, to));
            show(word(to), to.capacity(), List.of(), work, Outcome.DRY_RUN);
        }
    }

    private String operation() {
        return "convert " + source + " to " + target;
    }

    private PlannedWork making(CreateSpec made) throws IOException {
        return PlannedWork.making(target.path(), operation(), made);
    }

    private PlannedWork filling() {
        return PlannedWork.changing(target.path(), StepKind.WRITE_DATA, operation(), "change " + target);
    }

    private static List<String> leftOut(VirtualDisk from) {
        return DiskFacts.leftOut(from.chain().descriptors());
    }

    private void refuseFacts(String reason) {
        facts.problem(reason).ifPresent(problem -> {
            throw usage(problem);
        });
    }

    private UsageException usage(String problem) {
        return new UsageException(problem);
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
                exporter(progress).toChannel(from, out, seeded(spec(from), from, progress), nameInStream());
            }
        }
    }

    /** What a pipe holds is known only when its first bytes have been read. */
    private int readIn(InputStream in) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(in, HEAD_BYTES);
        byte[] head = bytes.readNBytes(HEAD_BYTES);
        bytes.unread(head);
        Path name = fromStandardInput() ? Path.of("standard input") : source.path();
        boolean isStream = head.length >= MAGIC.length && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        if (source.kind() == DiskArgument.Kind.RAW) {
            readRaw(bytes, name);
        } else if (isStream) {
            return readStream(StreamImport.open(
                    bytes, name, salvage.isWanted() ? StreamImport.Damage.SALVAGE : StreamImport.Damage.REFUSE));
        } else {
            refuseForeign(head, name);
            readRaw(bytes, name);
        }
        return ExitCodes.DONE;
    }

    /** Nobody wants the bytes of a container for those of a disk; who does, says so. */
    private static void refuseForeign(byte[] head, Path name) throws UnsupportedFeatureException {
        FileKind kind = FileKind.of("", ByteBuffer.wrap(head));
        switch (kind) {
            case OVA, OVF, QCOW, VDI, VHDX, VHD, ARCHIVE ->
                throw new UnsupportedFeatureException(
                        "not-a-disk",
                        name,
                        "this is " + kind.words() + ", not the bytes of a disk",
                        "unpack it on its way, as in 'zcat FILE | vmdisk convert - …', or save it and convert it with its"
                                + " own tool; 'raw:-' takes its bytes as they are");
            default -> {}
        }
    }

    private int readStream(StreamImport stream) throws IOException {
        if (size != null) {
            throw usage("--size is for raw bytes: a streamOptimized disk has its own");
        }
        String word;
        PlannedWork work;
        Imported imported;
        try (ProgressBar progress = global.progress()) {
            if (intoExisting) {
                work = filling();
                try (VirtualDisk to = openTarget()) {
                    imported = stream.over(to, threads.count(), progress);
                    word = word(to);
                }
            } else {
                chooseForEsxi(stream.capacity());
                word = Objects.requireNonNull(format).word();
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                CreateSpec made =
                        spec(stream.capacity(), stream.descriptor().stream().toList());
                work = making(made);
                imported = stream.into(target.path(), made, threads.count(), Volume.system(), progress);
            }
        }
        if (salvage.isWanted()) {
            salvage.write(stream.capacity(), imported.unreadable());
            report(new Salvaged(target.path(), stream.capacity(), imported.unreadable()));
            return imported.unreadable().isEmpty() ? ExitCodes.DONE : ExitCodes.NO;
        }
        tell(imported);
        report(
                word,
                stream.capacity(),
                DiskFacts.leftOut(stream.descriptor().stream().toList()),
                work);
        return ExitCodes.DONE;
    }

    private void readRaw(InputStream bytes, Path name) throws IOException {
        String word;
        long capacity;
        try (ProgressBar progress = global.progress()) {
            RawImport raw = new RawImport(bytes, name, progress);
            if (intoExisting) {
                try (VirtualDisk to = openTarget()) {
                    raw.over(to);
                    to.flush();
                    word = word(to);
                    capacity = to.capacity();
                }
            } else {
                chooseForEsxi(size == null ? 0 : size);
                DiskFormat made = Objects.requireNonNull(format);
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                word = made.word();
                capacity = makeOfRaw(raw, made);
            }
        }
        report(word, capacity, List.of(), intoExisting ? filling() : making(spec(capacity, List.of())));
    }

    private long makeOfRaw(RawImport raw, DiskFormat made) throws IOException {
        if (size == null && (parent != null || !StagedDisk.canBeOpenEnded(made))) {
            throw usage("how large the disk is going to be must be known for " + made.word()
                    + ": say --size, or make it thin first");
        }
        if (made == DiskFormat.STREAM_OPTIMIZED) {
            throw usage("a stream is written from front to back: save the bytes to a file, and convert raw:FILE");
        }
        CreateSpec spec = spec(size == null ? 1 : size, List.of());
        if (size == null) {
            return raw.intoAsLargeAsItIs(target.path(), spec, Volume.system());
        }
        raw.into(target.path(), spec, Volume.system());
        return spec.capacity();
    }

    private VirtualDisk openTarget() throws IOException {
        global.ifCancelled(target + " holds a part of the new content");
        OpenOptions writing = OpenOptions.writable();
        return target.open(writing);
    }

    /** For what comes from a pipe there is no chain to say a word about. */
    private void chooseForEsxi(long capacity) throws IOException {
        if (product == Product.ESXI) {
            requireParentForEsxi();
            format = EsxiFit.formatFor(capacity, parent == null ? EsxiFit.Role.BASE : EsxiFit.Role.DELTA);
        }
    }

    private void join() throws IOException {
        List<DiskArgument> all = new ArrayList<>(List.of(source));
        all.addAll(more);
        List<VirtualDisk> open = new ArrayList<>();
        try (ProgressBar progress = global.progress()) {
            long capacity = 0;
            for (DiskArgument each : all) {
                VirtualDisk disk = point.open(each, opening.forCopying(salvage));
                open.add(disk);
                capacity = Math.addExact(capacity, disk.capacity());
            }
            chooseForEsxi(capacity);
            CreateSpec made = spec(capacity, open.get(0).chain().descriptors());
            global.ifCancelled(target.path() + " was not made; its parts were removed");
            converter(progress).join(open, target.path(), made);
            report(made.format().word(), made.capacity(), leftOut(open.get(0)), making(made));
        } catch (ArithmeticException e) {
            throw new LimitExceededException("capacity", target.path(), "no disk can be so large", null);
        } finally {
            closeAll(open);
        }
    }

    private static void closeAll(List<VirtualDisk> disks) throws IOException {
        for (VirtualDisk disk : disks) {
            disk.close();
        }
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
        requireOther(from);
        OpenOptions writing = OpenOptions.writable();
        String word;
        long capacity;
        try (VirtualDisk to = target.open(writing);
                ProgressBar progress = global.progress()) {
            if (targetIsZero) {
                converter(progress).fill(from, to);
            } else {
                converter(progress).convertInto(from, to);
            }
            word = word(to);
            capacity = to.capacity();
        }
        report(word, capacity, List.of(), filling());
    }

    /** What is copied is held as it is, so it can't be written to. */
    private void requireOther(VirtualDisk from) throws IOException {
        DiskLink to = target.chain(OpenOptions.readOnly().withParents(OpenOptions.Parents.NONE))
                .top();
        for (Path file : to.files()) {
            for (DiskLink link : from.links()) {
                for (Path read : link.files()) {
                    if (isSame(file, read)) {
                        throw new UnsafeStateException(
                                "same-disk",
                                target.path(),
                                "the source is read from " + read + ", which is a file of the target",
                                "convert it to a new disk");
                    }
                }
            }
        }
    }

    /** Whether two names are those of one file. */
    private static boolean isSame(Path one, Path other) throws IOException {
        Volume volume = Volume.system();
        return volume.exists(one)
                && volume.exists(other)
                && volume.facts(one).key().equals(volume.facts(other).key());
    }

    /** The format of the disk that was there already. */
    private String word(VirtualDisk to) {
        return LinkInfo.format(to.chain().top(), target.kind());
    }

    private CreateSpec spec(VirtualDisk from) throws IOException {
        return spec(from.capacity(), from.chain().descriptors());
    }

    private CreateSpec spec(long capacity, List<Descriptor> links) throws IOException {
        CreateSpec made = CreateSpec.of(Objects.requireNonNull(format), capacity)
                .withFacts(facts.of(links, DiskFacts.Identity.KEPT));
        if (parent == null) {
            return made;
        }
        NewFile.requireReach(target.path(), capacity, parent, "choose a parent of the same size, or none");
        return made.withParent(parent);
    }

    private void create(VirtualDisk from) throws IOException {
        CreateSpec plain = spec(from);
        CreateSpec made;
        global.ifCancelled(target.path() + " was not made; its parts were removed");
        try (ProgressBar progress = global.progress()) {
            made = seeded(plain, from, progress);
            if (made.format() == DiskFormat.STREAM_OPTIMIZED) {
                exporter(progress).toFile(from, target.path(), made);
            } else {
                converter(progress).convert(from, target.path(), made);
            }
        }
        report(made.format().word(), made.capacity(), leftOut(from), making(made));
    }

    private CreateSpec seeded(CreateSpec made, VirtualDisk from, Progress progress) throws IOException {
        return facts.seeded(made, from, threads.count(), progress);
    }

    private void report(String madeFormat, long capacity, List<String> leftOut, PlannedWork work) throws IOException {
        if (damaged != null) {
            report(new Salvaged(target.path(), damaged.capacity(), damaged.lost()));
        } else if (!global.quiet() || global.json()) {
            show(madeFormat, capacity, leftOut, work, Outcome.DONE);
        }
    }

    private void report(Salvaged saved) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(source, saved);
        }
    }

    private void show(String madeFormat, long capacity, List<String> leftOut, PlannedWork work, Outcome outcome)
            throws IOException {
        global.show(source, new Converted(target.path(), madeFormat, capacity, leftOut, work, outcome));
    }
}

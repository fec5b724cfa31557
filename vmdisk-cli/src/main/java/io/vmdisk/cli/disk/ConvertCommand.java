package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.answer.ConvertedDisk;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.SalvagedDisk;
import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DerivedNumbers;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.export.DiskExport;
import io.vmdisk.export.ExportFormat;
import io.vmdisk.remote.NewObject;
import io.vmdisk.remote.StoreFileSystem;
import io.vmdisk.storage.PipeFile;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ContentSeed;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.HoleSize;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.RawImport;
import io.vmdisk.transfer.RawPart;
import io.vmdisk.transfer.StreamExport;
import io.vmdisk.transfer.StreamImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
            "  vmdisk convert web01.vmdk part3.raw -O raw --shard 3/64",
            "  vmdisk convert raw:web01.raw web01.vmdk -O monolithicSparse",
            "  vmdisk convert web01-000002.vmdk web01.qcow2 -O qcow2",
            "  vmdisk convert -n web01.vmdk raw:existing.raw",
            "  vmdisk convert --for esxi appliance.vmdk web01.vmdk",
            "  vmdisk convert web01.vmdk - -O streamOptimized --level 9 > web01-disk1.vmdk",
            "  zcat web01.raw.gz | vmdisk convert - web01.vmdk -O thin",
            "  tar -xOf web01.ova web01-disk1.vmdk | vmdisk convert - web01.vmdk -O vmfsThin",
        })
public final class ConvertCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    /** The source, if it is read for salvage. */
    private @Nullable VirtualDisk damaged;

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, raw:PATH, or an address. A pipe, or - for standard input, brings"
                            + " a streamOptimized disk or raw bytes; raw:- takes whatever comes for raw bytes.")
    private DiskArgument source;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[SRC...] DST",
            converter = DiskArgument.Converter.class,
            description = "More disks to put behind the first one, if any; then the new disk, or - for standard output"
                    + " or s3://BUCKET/KEY (raw, streamOptimized); with -n an existing disk.")
    private List<DiskArgument> operands = new ArrayList<>();

    private ConvertEnds ends = ConvertEnds.NONE;

    private DiskArgument target = ConvertEnds.NONE.target();

    @Mixin
    private final ConvertOptions options = new ConvertOptions();

    /** What is wanted, or what {@code --for} has chosen. */
    private @Nullable DiskFormat format;

    @Mixin
    private PointOptions point = new PointOptions();

    public ConvertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        ends = ConvertEnds.of(source, operands);
        options.check(ends, global.console().terminal());
        format = options.format();
        target = ends.target();
        if (options.isIntoExisting() || !ends.toStore()) {
            target.requireFile();
        }
        options.salvage().lost().requireNewMap();
        if (options.isIntoExisting() && !target.isRaw()) {
            options.search().refuseChildren(target.path(), OpenOptions.writable());
        }
        if (!options.isIntoExisting() && !ends.isOneWay()) {
            NewFile.requireName(target.typed());
            NewFile.requireFolder(target.path());
        }
        if (ends.isPiped()) {
            try (InputStream in = ends.fromStandardInput() ? global.console().in() : PipeFile.open(source.path())) {
                return readIn(in);
            }
        }
        RawLook.tell(global, source);
        if (options.isIntoExisting()) {
            RawLook.tell(global, target);
        }
        for (DiskArgument each : ends.more()) {
            RawLook.tell(global, each);
        }
        if (ends.isJoined()) {
            join();
            return ExitCodes.DONE;
        }
        Set<Path> reads = new HashSet<>();
        try (VirtualDisk from = point.open(source, opening.forCopying(options.salvage()))) {
            damaged = options.salvage().isWanted() ? from : null;
            from.links().forEach(link -> reads.addAll(link.files()));
            if (options.isForEsxi()) {
                chooseForEsxi(from);
            }
            copy(from);
            return damaged == null ? ExitCodes.DONE : tellLost(damaged);
        } catch (MalformedFileException e) {
            boolean isInSource = e.file().filter(reads::contains).isPresent();
            if (isInSource && damaged == null && !options.isRehearsal()) {
                global.note("'vmdisk convert --salvage' copies all that can be read, and lists what is lost");
            }
            throw e;
        }
    }

    private void copy(VirtualDisk from) throws IOException {
        ExportFormat image = options.image();
        if (image != null) {
            export(from, image);
        } else if (options.isRehearsal()) {
            rehearse(from);
        } else if (ends.toStandardOutput()) {
            writeOut(from);
        } else if (ends.toStore()) {
            store(from);
        } else if (options.isIntoExisting()) {
            overwrite(from);
        } else if (options.part().isGiven()) {
            createPart(from);
        } else {
            create(from);
        }
    }

    private int tellLost(VirtualDisk disk) throws IOException {
        options.salvage().lost().write(disk.capacity(), disk.lost());
        if (ends.toStandardOutput()) {
            salvaged(disk.capacity(), disk.lost()).lines().forEach(global::note);
        }
        return disk.lost().isEmpty() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private void export(VirtualDisk from, ExportFormat made) throws IOException {
        Path file = target.path();
        if (options.isRehearsal()) {
            long bytes = new DiskExport(threads.count(), Volume.system(), Progress.NONE).rehearse(from, file, made);
            PlannedWork work = PlannedWork.making(file, operation()).withCost(bytes);
            show(made.word(), from.capacity(), List.of(), work, Outcome.DRY_RUN);
            return;
        }
        global.ifCancelled(file + " was not made; its parts were removed");
        try (ProgressBar progress = progress()) {
            RandomGenerator identifiers = options.facts().isReproducible()
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
        Path parent = options.parent();
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
        if (!options.isIntoExisting() && !ends.isOneWay()) {
            CreateSpec made = spec(from);
            ConvertCost cost;
            try (ProgressBar progress = progress()) {
                cost = converter(progress).rehearse(from, target.path(), made);
            }
            PlannedWork work =
                    making(made).withCost(cost.bytes()).withRoom(cost.room()).withNotes(cost.notes());
            show(made.format().word(), made.capacity(), leftOut(from), work, Outcome.DRY_RUN);
            return;
        }
        if (options.isIntoExisting()) {
            rehearseInto(from);
            return;
        }
        if (ends.toStore()) {
            // Refuses what the work would.
            StoreFileSystem.create(target.path()).close();
        }
        PlannedWork empty =
                ends.toStore() ? PlannedWork.making(target.path(), operation()) : PlannedWork.nothing(operation());
        PlannedWork work = empty.withCost(DiskConverter.storedBytes(from));
        show(Objects.requireNonNull(format).word(), from.capacity(), leftOut(from), work, Outcome.DRY_RUN);
    }

    /** Opened as for the work, which refuses what the work would; what is not written stays as it is. */
    private void rehearseInto(VirtualDisk from) throws IOException {
        ends.requireOther(from);
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

    private ProgressBar progress() {
        ProgressBar progress = global.progress();
        progress.keepTo(options.rateLimit());
        return progress;
    }

    private DiskConverter converter(Progress progress) {
        DiskConverter converter = new DiskConverter(threads.count(), Volume.system(), progress);
        HoleSize sparseSize = options.sparseSize();
        return sparseSize == null ? converter : converter.withHoles(sparseSize);
    }

    private void writeOut(VirtualDisk from) throws IOException {
        global.ifCancelled("what was written to standard output is not the whole disk");
        writeTo(Channels.newChannel(global.console().out()), from, nameInStream());
    }

    private void writeTo(WritableByteChannel out, VirtualDisk from, Path name) throws IOException {
        try (ProgressBar progress = progress()) {
            if (format == DiskFormat.RAW) {
                converter(progress).writeRaw(from, options.part().of(from), out);
            } else {
                exporter(progress).toChannel(from, out, seeded(spec(from), from, progress), name);
            }
        }
    }

    private void store(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " was not made; what was sent of it was taken back");
        try (NewObject object = StoreFileSystem.create(target.path())) {
            writeTo(object.content(), from, target.path().getFileName());
            object.publish();
        }
        List<String> leftOut = format == DiskFormat.RAW ? List.of() : leftOut(from);
        report(
                Objects.requireNonNull(format).word(),
                options.part().of(from).length(),
                leftOut,
                PlannedWork.making(target.path(), operation()));
    }

    private int readIn(InputStream in) throws IOException {
        PipedBytes piped = PipedBytes.of(in, ends.fromStandardInput() ? Path.of("standard input") : source.path());
        boolean isRaw = source.kind() == DiskArgument.Kind.RAW;
        if (!isRaw && piped.isStream()) {
            return readStream(StreamImport.open(
                    piped.bytes(),
                    piped.name(),
                    options.salvage().isWanted() ? StreamImport.Damage.SALVAGE : StreamImport.Damage.REFUSE));
        }
        if (!isRaw) {
            piped.refuseForeign();
        }
        readRaw(piped.bytes(), piped.name());
        return ExitCodes.DONE;
    }

    private int readStream(StreamImport stream) throws IOException {
        if (options.size() != null) {
            throw new UsageException("--size is for raw bytes: a streamOptimized disk has its own");
        }
        String word;
        PlannedWork work;
        Imported imported;
        try (ProgressBar progress = progress()) {
            if (options.isIntoExisting()) {
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
        if (options.salvage().isWanted()) {
            options.salvage().lost().write(stream.capacity(), imported.unreadable());
            report(salvaged(stream.capacity(), imported.unreadable()));
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
        try (ProgressBar progress = progress()) {
            RawImport raw = new RawImport(bytes, name, progress);
            if (options.isIntoExisting()) {
                try (VirtualDisk to = openTarget()) {
                    raw.over(to);
                    to.flush();
                    word = word(to);
                    capacity = to.capacity();
                }
            } else {
                Long size = options.size();
                chooseForEsxi(size == null ? 0 : size);
                DiskFormat made = Objects.requireNonNull(format);
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                word = made.word();
                capacity = makeOfRaw(raw, made);
            }
        }
        report(word, capacity, List.of(), options.isIntoExisting() ? filling() : making(spec(capacity, List.of())));
    }

    private long makeOfRaw(RawImport raw, DiskFormat made) throws IOException {
        Long size = options.size();
        if (size == null && (options.parent() != null || !StagedDisk.canBeOpenEnded(made))) {
            throw new UsageException("how large the disk is going to be must be known for " + made.word()
                    + ": say --size, or make it thin first");
        }
        if (made == DiskFormat.STREAM_OPTIMIZED) {
            throw new UsageException(
                    "a stream is written from front to back: save the bytes to a file, and convert raw:FILE");
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
        if (options.isForEsxi()) {
            requireParentForEsxi();
            format = EsxiFit.formatFor(capacity, options.parent() == null ? EsxiFit.Role.BASE : EsxiFit.Role.DELTA);
        }
    }

    private void join() throws IOException {
        List<DiskArgument> all = new ArrayList<>(List.of(source));
        all.addAll(ends.more());
        List<VirtualDisk> open = new ArrayList<>();
        try (ProgressBar progress = progress()) {
            long capacity = 0;
            for (DiskArgument each : all) {
                VirtualDisk disk = point.open(each, opening.forCopying(options.salvage()));
                open.add(disk);
                capacity = Math.addExact(capacity, disk.capacity());
            }
            chooseForEsxi(capacity);
            CreateSpec made = spec(capacity, open.get(0).chain().descriptors());
            global.ifCancelled(target.path() + " was not made; its parts were removed");
            converter(progress).join(open, target.path(), made);
            report(made.format().word(), made.capacity(), leftOut(open.get(0)), making(made));
        } catch (ArithmeticException e) {
            throw new LimitExceededException("capacity", target.path(), "no disk can be so large");
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
        Integer level = options.level();
        return new StreamExport(threads.count(), level == null ? StreamExport.DEFAULT_LEVEL : level, progress);
    }

    private Path nameInStream() {
        return source.path().getFileName() == null
                ? Path.of("disk.vmdk")
                : source.path().getFileName();
    }

    private void overwrite(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " holds a part of the new content; run the command again to complete it");
        ends.requireOther(from);
        OpenOptions writing = OpenOptions.writable();
        String word;
        long capacity;
        try (VirtualDisk to = target.open(writing);
                ProgressBar progress = progress()) {
            if (options.isTargetZero()) {
                converter(progress).fill(from, to);
            } else {
                converter(progress).convertInto(from, to);
            }
            word = word(to);
            capacity = to.capacity();
        }
        report(word, capacity, List.of(), filling());
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
                .withFacts(options.facts().of(links, DiskFacts.Identity.KEPT));
        Path parent = options.parent();
        if (parent == null) {
            return made;
        }
        NewFile.requireReach(target.path(), capacity, parent, "choose a parent of the same size, or none");
        return made.withParent(parent);
    }

    private void createPart(VirtualDisk from) throws IOException {
        ByteRange part = options.part().of(from);
        global.ifCancelled(target.path() + " was not made");
        try (ProgressBar progress = progress()) {
            new RawPart(threads.count(), Volume.system(), progress).write(from, part, target.path());
        }
        report(DiskFormat.RAW.word(), part.length(), List.of(), PlannedWork.making(target.path(), operation()));
    }

    private void create(VirtualDisk from) throws IOException {
        CreateSpec plain = spec(from);
        CreateSpec made;
        global.ifCancelled(target.path() + " was not made; its parts were removed");
        try (ProgressBar progress = progress()) {
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
        return options.facts().seeded(made, from, threads.count(), progress);
    }

    private void report(String madeFormat, long capacity, List<String> leftOut, PlannedWork work) throws IOException {
        if (damaged != null) {
            report(salvaged(damaged.capacity(), damaged.lost()));
        } else if (!global.quiet() || global.json()) {
            show(madeFormat, capacity, leftOut, work, Outcome.DONE);
        }
    }

    private SalvagedDisk salvaged(long capacity, List<ByteRange> lost) {
        return new SalvagedDisk(
                target.path(), capacity, lost, options.salvage().lost().words());
    }

    private void report(SalvagedDisk saved) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(source, saved);
        }
    }

    private void show(String madeFormat, long capacity, List<String> leftOut, PlannedWork work, Outcome outcome)
            throws IOException {
        global.show(source, new ConvertedDisk(target.path(), madeFormat, capacity, leftOut, work, outcome));
    }
}

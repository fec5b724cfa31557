package io.vmdisk.cli.disk;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.answer.ConvertedDisk;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.SalvagedDisk;
import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.HoleSize;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.StreamExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all ways of a {@code convert} share: its ends, what is to be made, and how it is told. For one thread. */
final class ConvertWork {
    private final GlobalOptions global;
    private final ConvertOptions options;
    private final ThreadOptions threads;
    private final DiskArgument source;
    private final ConvertEnds ends;
    private final DiskArgument target;

    /** What is wanted, or what {@code --for} has chosen. */
    private @Nullable DiskFormat format;

    /** The source, if it is read for salvage. */
    private @Nullable VirtualDisk damaged;

    ConvertWork(
            GlobalOptions global,
            ConvertOptions options,
            ThreadOptions threads,
            DiskArgument source,
            ConvertEnds ends) {
        this.global = global;
        this.options = options;
        this.threads = threads;
        this.source = source;
        this.ends = ends;
        this.target = ends.target();
        this.format = options.format();
    }

    GlobalOptions global() {
        return global;
    }

    ConvertOptions options() {
        return options;
    }

    int threads() {
        return threads.count();
    }

    DiskArgument source() {
        return source;
    }

    ConvertEnds ends() {
        return ends;
    }

    DiskArgument target() {
        return target;
    }

    /** The format of the new disk. */
    DiskFormat format() {
        return Objects.requireNonNull(format);
    }

    /** The disk is read for salvage: what is told in the end is what was lost of it. */
    void salvages(VirtualDisk disk) {
        damaged = disk;
    }

    CreateSpec spec(VirtualDisk from) throws IOException {
        return spec(from.capacity(), from.chain().descriptors());
    }

    CreateSpec spec(long capacity, List<Descriptor> links) throws IOException {
        CreateSpec made = CreateSpec.of(Objects.requireNonNull(format), capacity)
                .withFacts(options.facts().of(links, DiskFacts.Identity.KEPT));
        Path parent = options.parent();
        if (parent == null) {
            return made;
        }
        NewFile.requireReach(target.path(), capacity, parent, "choose a parent of the same size, or none");
        return made.withParent(parent);
    }

    CreateSpec seeded(CreateSpec made, VirtualDisk from, Progress progress) throws IOException {
        return options.facts().seeded(made, from, threads.count(), progress);
    }

    ProgressBar progress() {
        ProgressBar progress = global.progress();
        progress.keepTo(options.rateLimit());
        return progress;
    }

    /** Where the new disk is made. */
    Volume volume() {
        return options.sync().volume();
    }

    DiskConverter converter(Progress progress) {
        DiskConverter converter = new DiskConverter(threads.count(), volume(), progress);
        HoleSize sparseSize = options.sparseSize();
        return sparseSize == null ? converter : converter.withHoles(sparseSize);
    }

    StreamExport exporter(Progress progress) {
        Integer level = options.level();
        return new StreamExport(threads.count(), level == null ? StreamExport.DEFAULT_LEVEL : level, progress);
    }

    String operation() {
        return "convert " + source + " to " + target;
    }

    PlannedWork making(CreateSpec made) throws IOException {
        return PlannedWork.making(target.path(), operation(), made);
    }

    PlannedWork filling() {
        return PlannedWork.changing(target.path(), StepKind.WRITE_DATA, operation(), "change " + target);
    }

    /** The format of the disk that was there already. */
    String word(VirtualDisk to) {
        return LinkInfo.format(to.chain().top(), target.kind());
    }

    static List<String> leftOut(VirtualDisk from) {
        return DiskFacts.leftOut(from.chain().descriptors());
    }

    void report(String madeFormat, long capacity, List<String> leftOut, PlannedWork work) throws IOException {
        if (damaged != null) {
            report(salvaged(damaged));
        } else if (!global.quiet() || global.json()) {
            show(madeFormat, capacity, leftOut, work, Outcome.DONE);
        }
    }

    void report(SalvagedDisk saved) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(source, saved);
        }
    }

    void show(String madeFormat, long capacity, List<String> leftOut, PlannedWork work, Outcome outcome)
            throws IOException {
        PlannedWork told = work.withNotes(options.sync().notes(work.notes(), global));
        global.show(source, new ConvertedDisk(target.path(), madeFormat, capacity, leftOut, told, outcome));
    }

    SalvagedDisk salvaged(VirtualDisk disk) {
        return new SalvagedDisk(target.path(), disk.capacity(), disk.lost(), disk.doubts(), words());
    }

    SalvagedDisk salvaged(Imported stream) {
        return SalvagedDisk.of(target.path(), stream, words());
    }

    private String words() {
        return options.salvage().lost().words();
    }

    VirtualDisk openTarget() throws IOException {
        global.ifCancelled(target + " holds a part of the new content");
        OpenOptions writing = OpenOptions.writable();
        return target.open(writing);
    }

    void chooseForEsxi(VirtualDisk from) throws IOException {
        chooseForEsxi(from.capacity());
        String reason = EsxiFit.reasonAgainst(from.chain())
                .map(problem -> "a host could not start " + problem)
                .orElse("a host could start " + source + " as it is");
        global.note(reason);
    }

    /** For what comes from a pipe there is no chain to say a word about. */
    void chooseForEsxi(long capacity) throws IOException {
        if (options.isForEsxi()) {
            requireParentForEsxi();
            format = EsxiFit.formatFor(capacity, options.parent() == null ? EsxiFit.Role.BASE : EsxiFit.Role.DELTA);
        }
    }

    void requireParentForEsxi() throws IOException {
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
}

package io.vmdisk.cli.disk;

import io.vmdisk.RateLimit;
import io.vmdisk.cli.line.FactOptions;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.HoleSizeConverter;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.SalvageOptions;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.SyncOptions;
import io.vmdisk.cli.line.TargetFormat;
import io.vmdisk.cli.line.Terminal;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.export.ExportFormat;
import io.vmdisk.transfer.HoleSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How {@code convert} is to make its disk, and which of that goes together. */
final class ConvertOptions {
    @Mixin
    private final SalvageOptions salvage = new SalvageOptions();

    @Mixin
    private final PartOptions part = new PartOptions();

    @Mixin
    private final FactOptions facts = new FactOptions();

    @Mixin
    private final DependantSearch search = new DependantSearch();

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            converter = TargetFormat.Converter.class,
            completionCandidates = TargetFormat.Candidates.class,
            description = "The format to make: ${COMPLETION-CANDIDATES}. qcow2, vhdx and vhd (fixed) are for other"
                    + " hypervisors, and only written." + FormatConverter.OR_SHORT)
    private @Nullable TargetFormat wanted;

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

    @Mixin
    private SyncOptions sync = new SyncOptions();

    @Option(
            names = {"-r", "--rate-limit"},
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Write at most so many bytes in a second, so that others have their share of the drive.")
    private @Nullable Long bytesPerSecond;

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
    static final class Level extends PicocliConverter<Integer> {
        Level() {
            super(new LevelReader());
        }

        /** Does the work. */
        static final class LevelReader implements WordReader<Integer> {
            @Override
            public Integer convert(String text) {
                if (text.matches("[1-9]")) {
                    return Integer.valueOf(text);
                }
                throw new WordException("'" + text + "' is not a level from 1 to 9");
            }
        }
    }

    /** Reading what is left of a damaged disk. */
    SalvageOptions salvage() {
        return salvage;
    }

    /** Which part of the source goes into a raw file. */
    PartOptions part() {
        return part;
    }

    /** What the new disk says of itself. */
    FactOptions facts() {
        return facts;
    }

    /** Where else to look for what depends on an existing disk. */
    DependantSearch search() {
        return search;
    }

    /** The format of a new VMDK or raw image; null where an existing disk, an image or {@code --for} decides. */
    @Nullable
    DiskFormat format() {
        return wanted == null ? null : wanted.disk().orElse(null);
    }

    /** The image of another hypervisor that is wanted, or null. */
    @Nullable
    ExportFormat image() {
        return wanted == null ? null : wanted.image().orElse(null);
    }

    /** The parent of a delta, or null. */
    @Nullable
    Path parent() {
        return parent;
    }

    boolean isIntoExisting() {
        return intoExisting;
    }

    boolean isTargetZero() {
        return targetIsZero;
    }

    boolean isForEsxi() {
        return product == Product.ESXI;
    }

    boolean isRehearsal() {
        return rehearsal;
    }

    /** Bytes of the disk that a pipe's raw bytes are for, or null. */
    @Nullable
    Long size() {
        return size;
    }

    /** 1 to 9, or null. */
    @Nullable
    Integer level() {
        return level;
    }

    /** How quickly it may be written, or null. */
    @Nullable
    RateLimit rateLimit() {
        return bytesPerSecond == null ? null : new RateLimit(bytesPerSecond);
    }

    /** When the new disk is durable. */
    SyncOptions sync() {
        return sync;
    }

    /** Which zeros become holes; null for the usual. */
    @Nullable
    HoleSize sparseSize() {
        return sparseSize;
    }

    /**
     * Refuses what does not go together, before a file is touched.
     *
     * @throws UsageException that says which options these are
     */
    void check(ConvertEnds ends, Terminal terminal) {
        if (bytesPerSecond != null && bytesPerSecond < 1) {
            throw usage("--rate-limit: with 0 bytes a second nothing would be written");
        }
        checkTarget(ends);
        checkSource(ends);
        part.check();
        if (part.isGiven() && (format() != DiskFormat.RAW || ends.isPiped() || ends.isJoined() || rehearsal)) {
            throw usage(
                    "a part of a disk becomes a file of raw bytes: --range and --shard go with -O raw, one disk, and no"
                            + " --dry-run");
        }
        ExportFormat image = image();
        if (ends.isJoined()) {
            checkJoined(ends);
        }
        if (image != null) {
            checkImage(ends, image);
        }
        checkNewDisk(ends);
        if (ends.toStandardOutput() && terminal.outIsTerminal()) {
            throw usage("standard output is a terminal: send it to a file or a pipe");
        }
        if (ends.target().isRaw() && !intoExisting && format() != DiskFormat.RAW) {
            throw usage("raw: names a raw image, so it goes with -O raw only");
        }
    }

    /** Whether the target is written from front to back, once. */
    private boolean isOneWay(ConvertEnds ends) {
        return ends.toStandardOutput() || (ends.toStore() && !intoExisting);
    }

    private void checkTarget(ConvertEnds ends) {
        boolean out = isOneWay(ends);
        if (intoExisting && (wanted != null || parent != null || ends.toStandardOutput())) {
            throw usage("-n writes into the disk as it is: it goes with neither -O nor -b nor standard output");
        }
        if (product != null && (wanted != null || intoExisting || out)) {
            throw usage("--for chooses the format of a new disk: it goes with neither -O nor -n nor standard output"
                    + " nor a store");
        }
        if (!intoExisting && wanted == null && product == null) {
            throw usage(FormatConverter.WHICH);
        }
        if (facts.isReproducible() && (intoExisting || ends.isPiped())) {
            throw usage("--reproducible reads the source twice and makes a new disk: it goes with neither -n nor"
                    + " standard input");
        }
    }

    private void checkSource(ConvertEnds ends) {
        String problem = salvage.problem();
        if (problem != null) {
            throw usage(problem);
        }
        if (salvage.isWanted() && ends.isJoined()) {
            throw usage("--salvage reads one disk: join what it saved afterwards");
        }
        boolean piped = ends.isPiped();
        if (piped && (isOneWay(ends) || rehearsal)) {
            throw usage("a disk from a pipe goes into a new disk, or with -n into one: it can't be rehearsed, nor go to"
                    + " standard output or a store");
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
    }

    private void checkJoined(ConvertEnds ends) {
        if (ends.isAnyPiped() || isOneWay(ends) || intoExisting) {
            throw usage("several disks become one new disk: they go with neither pipes nor -n nor a store");
        }
        if (parent != null || image() != null || rehearsal || format() == DiskFormat.STREAM_OPTIMIZED) {
            throw usage(
                    "several disks become one of a format that is not compressed and has no parent, such as -O thin;"
                            + " convert that further");
        }
        if (facts.isReproducible()) {
            throw usage("--reproducible is for one source");
        }
    }

    private void checkNewDisk(ConvertEnds ends) {
        DiskFormat format = format();
        boolean flows = format == DiskFormat.RAW || format == DiskFormat.STREAM_OPTIMIZED;
        if (isOneWay(ends) && (!flows || parent != null)) {
            throw usage("only -O raw and -O streamOptimized can go to standard output or a store");
        }
        if (intoExisting) {
            refuseFacts("are for a new disk: with -n DST keeps what it says of itself");
        } else if (format == DiskFormat.RAW) {
            refuseFacts(FactOptions.NO_DESCRIPTOR);
        } else if (parent != null) {
            refuseFacts(FactOptions.DELTA);
        }
        if (sync.given() && (intoExisting || isOneWay(ends))) {
            throw usage(
                    "--sync is about the files of a new disk: it goes with neither -n, which changes a disk in place and"
                            + " always waits for it, nor standard output nor a store");
        }
        if (level != null && format != DiskFormat.STREAM_OPTIMIZED) {
            throw usage("--level is about compression: it goes with -O streamOptimized only");
        }
        boolean copies = !intoExisting && parent == null && !ends.isPiped() && !isOneWay(ends);
        if (sparseSize != null && (!copies || format == DiskFormat.STREAM_OPTIMIZED)) {
            throw usage("--sparse-size is about holes of a new disk: it goes with none of -n, -b, pipes and"
                    + " -O streamOptimized");
        }
    }

    private void checkImage(ConvertEnds ends, ExportFormat made) {
        if (parent != null || level != null || sparseSize != null) {
            throw usage(made.word() + " is an image of its own: it goes with none of -b, --level and --sparse-size");
        }
        if (ends.isPiped() || isOneWay(ends)) {
            throw usage(made.word()
                    + " needs a file to read from and one to write to, where it goes back to fill in its" + " index");
        }
        refuseFacts("stand in a VMDK's descriptor, and a " + made.word() + " image has none");
    }

    private void refuseFacts(String reason) {
        facts.problem(reason).ifPresent(problem -> {
            throw usage(problem);
        });
    }

    private static UsageException usage(String problem) {
        return new UsageException(problem);
    }
}

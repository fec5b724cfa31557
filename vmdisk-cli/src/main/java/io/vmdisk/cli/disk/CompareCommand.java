package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.cli.answer.Comparison;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PlainCommand;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.transfer.DiskCompare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares what a guest would see of two disks. */
@Command(
        name = "compare",
        description = "Compares the content of two disks of any formats: exit code 0 same, 1 differ, above 1 an error.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk compare web01.vmdk raw:web01.raw",
            "  vmdisk compare -q web01.vmdk copy.vmdk && echo same",
            "  vmdisk compare --regions --json web01-000001.vmdk web01.vmdk",
            "  vmdisk compare --changed monday now web01.vmx --disk scsi0:0 --json",
        })
public final class CompareCommand implements PlainCommand {
    private static final int MAX_REGIONS = 1_000_000;

    /** The word for the present state. */
    private static final String PRESENT = "now";

    private static final int CHUNK = 1 << 20;

    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            index = "0",
            paramLabel = "A",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private DiskArgument first;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "B",
            converter = DiskArgument.Converter.class,
            description = "The same for the other disk.")
    private @Nullable DiskArgument second;

    @Option(names = "--regions", description = "List every stretch that differs, not only the first byte.")
    private boolean all;

    @Mixin
    private PointOptions point = new PointOptions();

    @Option(
            names = "--changed",
            arity = "2",
            paramLabel = "SNAP",
            description =
                    "A is a VM: list what changed in its disk from the first of these snapshots to the second; 'now'"
                            + " is the present state.")
    private List<String> changed = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "With --changed: a new file as long as the disk, that holds what changed, as it is now, at its"
                            + " place, and takes no room elsewhere.")
    private @Nullable Path output;

    @Spec
    private CommandSpec spec;

    public CompareCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public void take(List<String> operands, Map<String, String> values) {
        if (operands.size() != 2) {
            throw new IllegalArgumentException("two disks, not " + operands.size());
        }
        first = DiskArgument.parse(operands.get(0));
        second = DiskArgument.parse(operands.get(1));
    }

    @Override
    public Integer call() throws IOException {
        if (changed.isEmpty() == (second == null) || (output != null && changed.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "two disks are compared, or with --changed OLD NEW two snapshots of one VM");
        }
        DiskArgument left = changed.isEmpty() ? point.of(first) : point.at(first, named(changed.get(0)));
        DiskArgument right = second == null ? point.at(first, named(changed.get(1))) : second;
        try (VirtualDisk a = opening.open(left);
                VirtualDisk b = opening.open(right)) {
            Comparison found = compare(a, b);
            if (output != null) {
                export(output, b, found);
            }
            if (!global.quiet() || global.json()) {
                global.show(found);
            }
            return found.same() ? ExitCodes.DONE : ExitCodes.NO;
        }
    }

    private Comparison compare(VirtualDisk a, VirtualDisk b) throws IOException {
        try (ProgressBar progress = global.progress()) {
            DiskCompare comparer = new DiskCompare(threads.count(), progress);
            if (!all && changed.isEmpty()) {
                Long at = comparer.firstDifference(a, b).orElse(null);
                return new Comparison(a.capacity(), b.capacity(), at, null);
            }
            List<ByteRange> regions = new ArrayList<>();
            comparer.compare(a, b, region -> {
                if (regions.size() == MAX_REGIONS) {
                    throw tooMany();
                }
                return regions.add(region);
            });
            Long at = regions.isEmpty() ? null : regions.get(0).start();
            return new Comparison(a.capacity(), b.capacity(), at, regions);
        }
    }

    private static Optional<String> named(String snapshot) {
        return snapshot.equals(PRESENT) ? Optional.empty() : Optional.of(snapshot);
    }

    private void export(Path file, VirtualDisk disk, Comparison found) throws IOException {
        List<ByteRange> regions = found.regions() == null ? List.of() : found.regions();
        global.ifCancelled(file + " holds what was read so far");
        try (BlockFile target = NewFile.create(file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (ByteRange region : regions) {
                long end = Math.min(region.end(), disk.capacity());
                for (long at = region.start(); at < end; at += chunk.limit()) {
                    chunk.clear().limit((int) Math.min(CHUNK, end - at));
                    disk.read(at, chunk);
                    target.writeFully(at, chunk.flip());
                }
            }
            target.setSize(disk.capacity());
            target.force();
        }
    }

    private LimitExceededException tooMany() {
        return new LimitExceededException(
                "regions",
                first.path(),
                "more than " + MAX_REGIONS + " stretches differ",
                "leave --regions out to get the first one");
    }
}

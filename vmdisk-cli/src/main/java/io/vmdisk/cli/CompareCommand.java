package io.vmdisk.cli;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.transfer.DiskCompare;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what a guest would see of two disks. */
@Command(
        name = "compare",
        description = "Compares the content of two disks of any formats: exit code 0 same, 1 differ, above 1 an error.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk compare web01.vmdk raw:web01.raw",
            "  vmdisk compare -q web01.vmdk copy.vmdk && echo same",
            "  vmdisk compare --regions --json web01-000001.vmdk web01.vmdk",
        })
final class CompareCommand implements PlainLine.Command {
    private static final int MAX_REGIONS = 1_000_000;

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
            paramLabel = "B",
            converter = DiskArgument.Converter.class,
            description = "The same for the other disk.")
    private DiskArgument second;

    @Option(names = "--regions", description = "List every stretch that differs, not only the first byte.")
    private boolean all;

    CompareCommand(GlobalOptions global) {
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
        try (VirtualDisk a = opening.open(first);
                VirtualDisk b = opening.open(second)) {
            Comparison found = compare(a, b);
            if (!global.quiet() || global.json()) {
                global.show(found);
            }
            return found.same() ? ExitCodes.DONE : ExitCodes.NO;
        }
    }

    private Comparison compare(VirtualDisk a, VirtualDisk b) throws IOException {
        try (ProgressBar progress = global.progress()) {
            DiskCompare comparer = new DiskCompare(threads.count(), progress);
            if (!all) {
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

    private LimitExceededException tooMany() {
        return new LimitExceededException(
                "regions",
                first.path(),
                "more than " + MAX_REGIONS + " stretches differ",
                "leave --regions out to get the first one");
    }
}

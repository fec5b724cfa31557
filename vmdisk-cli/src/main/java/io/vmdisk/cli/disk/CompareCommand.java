package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.cli.answer.Comparison;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.compare.ChangedBlocks;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            "  vmdisk compare --shard 3/64 web01.vmdk copy.vmdk",
            "  vmdisk compare --changed monday now web01.vmx --disk scsi0:0 --json",
        })
public final class CompareCommand implements Callable<Integer> {
    private static final int MAX_REGIONS = 1_000_000;
    private static final long SECTOR = Sector.BYTES;

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

    @Option(
            names = "--regions",
            description = "List every stretch that differs, in whole sectors, not only the first byte.")
    private boolean all;

    @Option(
            names = {"-s", "--strict"},
            description = "Disks of different sizes differ, and those that do not store data at the same places.")
    private boolean strict;

    @Mixin
    private PartOptions part = new PartOptions();

    @Mixin
    private PointOptions point = new PointOptions();

    @Option(
            names = "--changed",
            arity = "2",
            paramLabel = "SNAP",
            description =
                    "A is a VM: list what was written to its disk from the first of these snapshots to the second, as"
                            + " their maps tell it, with the same bytes too; 'now' is the present state.")
    private List<String> changed = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "With --changed: a new file as long as the disk, that holds what changed, as it is now, at its"
                            + " place, and takes no room elsewhere.")
    private @Nullable Path output;

    public CompareCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (changed.isEmpty() == (second == null) || (output != null && changed.isEmpty())) {
            throw new UsageException("two disks are compared, or with --changed OLD NEW two snapshots of one VM");
        }
        part.check();
        if (part.isGiven() && (strict || !changed.isEmpty())) {
            throw new UsageException(
                    "a part of two disks is compared by its content: --range and --shard go with neither"
                            + " --strict nor --changed");
        }
        if (!changed.isEmpty()) {
            return changes();
        }
        DiskArgument other = Objects.requireNonNull(second);
        RawLook.tell(global, first);
        RawLook.tell(global, other);
        try (VirtualDisk a = point.open(first, opening.forReading());
                VirtualDisk b = other.open(opening.forReading().withVolume(point.volume()))) {
            Comparison found = compare(a, b);
            if (strict && found.same()) {
                found = strictly(a, b);
            }
            return answer(found);
        }
    }

    private int answer(Comparison found) throws IOException {
        if (!global.quiet() || global.json()) {
            global.show(first, found);
        }
        return found.same() ? ExitCodes.DONE : ExitCodes.NO;
    }

    /** Told by the maps of the two: of what was not written in between nothing is read. */
    private int changes() throws IOException {
        OpenOptions options = opening.forReading();
        try (VirtualDisk before = point.openAt(first, named(changed.get(0)), options);
                VirtualDisk after = point.openAt(first, named(changed.get(1)), options)) {
            List<Comparison.Region> regions = new ArrayList<>();
            try (ProgressBar progress = global.progress()) {
                ChangedBlocks.between(before, after, progress, (range, content) -> {
                    if (regions.size() == MAX_REGIONS) {
                        throw tooMany("compare snapshots that lie closer together, or whole disks");
                    }
                    regions.add(new Comparison.Region(range, content));
                    return true;
                });
            }
            if (output != null) {
                export(output, after, regions);
            }
            Long at = regions.isEmpty()
                    ? null
                    : Long.valueOf(regions.get(0).range().start());
            return answer(new Comparison(null, before.capacity(), after.capacity(), at, regions, null));
        }
    }

    private @Nullable String other() {
        return second == null ? null : second.toString();
    }

    /** What qemu-img's strict mode asks for on top: the same size, and the same places of data. */
    private Comparison strictly(VirtualDisk a, VirtualDisk b) throws IOException {
        OptionalLong at = a.capacity() == b.capacity()
                ? DiskCompare.firstStoredDifference(a, b)
                : OptionalLong.of(Math.min(a.capacity(), b.capacity()));
        if (a.capacity() != b.capacity()) {
            global.note("the content is the same, the sizes differ");
        } else if (at.isPresent()) {
            global.note("the content is the same, but only one of them stores byte " + at.getAsLong());
        }
        return new Comparison(
                other(),
                a.capacity(),
                b.capacity(),
                at.isPresent() ? at.getAsLong() : null,
                all ? List.of() : null,
                null);
    }

    /** The part of the first disk; who has its end has what a longer second one has behind it too. */
    private ByteRange partOf(VirtualDisk a, VirtualDisk b) throws IOException {
        ByteRange own = part.of(a);
        long end = own.end() == a.capacity() ? Math.max(a.capacity(), b.capacity()) : own.end();
        boolean needed = own.length() > 0;
        return needed ? new ByteRange(own.start(), end - own.start()) : own;
    }

    private Comparison compare(VirtualDisk a, VirtualDisk b) throws IOException {
        ByteRange range = partOf(a, b);
        return compare(a, b, range).ofPart(part.isGiven() ? range : null);
    }

    private Comparison compare(VirtualDisk a, VirtualDisk b, ByteRange range) throws IOException {
        try (ProgressBar progress = global.progress()) {
            DiskCompare comparer = new DiskCompare(threads.count(), progress);
            if (!all) {
                Long at = comparer.firstDifference(a, b, range).orElse(null);
                return new Comparison(other(), a.capacity(), b.capacity(), at, null, null);
            }
            List<ByteRange> regions = new ArrayList<>();
            long[] firstByte = {-1};
            comparer.compare(a, b, range, region -> {
                if (regions.size() == MAX_REGIONS) {
                    throw tooMany("leave --regions out to get the first one");
                }
                firstByte[0] = firstByte[0] < 0 ? region.start() : firstByte[0];
                add(regions, region, Math.max(a.capacity(), b.capacity()));
                return true;
            });
            Long at = firstByte[0] < 0 ? null : Long.valueOf(firstByte[0]);
            return new Comparison(other(), a.capacity(), b.capacity(), at, Comparison.Region.of(regions), null);
        }
    }

    private static Optional<String> named(String snapshot) {
        return snapshot.equals(PRESENT) ? Optional.empty() : Optional.of(snapshot);
    }

    private void export(Path file, VirtualDisk disk, List<Comparison.Region> regions) throws IOException {
        global.ifCancelled(file + " holds what was read so far");
        try (BlockFile target = NewFile.create(file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (Comparison.Region region : regions) {
                if (region.content() == ChangedBlocks.Content.ZERO) {
                    continue;
                }
                long end = region.range().end();
                for (long at = region.range().start(); at < end; at += chunk.limit()) {
                    chunk.clear().limit((int) Math.min(CHUNK, end - at));
                    disk.read(at, chunk);
                    target.writeFully(at, chunk.flip());
                }
            }
            target.setSize(disk.capacity());
            target.force();
        }
    }

    /** In whole sectors, as guests write; regions that then touch are one. */
    private static void add(List<ByteRange> regions, ByteRange region, long capacity) {
        long start = region.start() / SECTOR * SECTOR;
        long end = Math.min(capacity, Sector.roundUp(region.end(), SECTOR));
        int last = regions.size() - 1;
        if (last >= 0 && regions.get(last).end() >= start) {
            long before = regions.get(last).start();
            regions.set(last, new ByteRange(before, end - before));
        } else {
            regions.add(new ByteRange(start, end - start));
        }
    }

    private LimitExceededException tooMany(String way) {
        return new LimitExceededException(
                "regions", first.path(), "more than " + MAX_REGIONS + " stretches differ", way);
    }
}

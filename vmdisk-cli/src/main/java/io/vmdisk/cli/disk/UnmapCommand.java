package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.answer.FileSpace;
import io.vmdisk.cli.answer.UnmapResult;
import io.vmdisk.cli.line.ChangingOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.space.DiskUnmap;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives back what a disk holds for nothing. */
@Command(
        name = "unmap",
        description = {
            "Gives back grains that a disk holds for nothing; parents are never touched.",
            "A thin file shrinks at once where the file system can; in a sparse file the grains are used again,"
                    + " unless --punch or --compact gives them back to the file system."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk unmap web01.vmdk --zero --dry-run",
            "  vmdisk unmap web01.vmdk --guest",
            "  vmdisk unmap web01.vmdk --range 1G:512M --range 3G:1M",
            "  vmdisk unmap web01.vmdk --zero --compact",
            "  vmdisk unmap web01.vmdk --punch",
        })
public final class UnmapCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ChangingOptions changing = new ChangingOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Mixin
    private DependantSearch search = new DependantSearch();

    @Parameters(index = "0", paramLabel = "DISK", description = "The disk.")
    private Path disk = Path.of("");

    @Option(names = "--zero", description = "Grains of zeros; what the guest sees does not change.")
    private boolean zero;

    @Option(
            names = "--range",
            paramLabel = "OFF:LEN",
            converter = Range.class,
            description = "This range of the disk; it reads as zeros afterwards.")
    private List<ByteRange> ranges = new ArrayList<>();

    @Option(
            names = "--guest",
            description = "Free blocks of the guest's ext2/3/4, XFS, NTFS, FAT and exFAT file systems, if clean.")
    private boolean guest;

    @Option(
            names = "--punch",
            description = "Then punch holes into the disk's own files where they hold space for nothing; lengths stay."
                    + " Needs a Java and a file system that can.")
    private boolean punch;

    @Option(
            names = "--compact",
            description = "Then make the disk's own files shorter: sparse files in place, others by a copy that takes"
                    + " their name.")
    private boolean compact;

    public UnmapCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (!unmaps() && !punch && !compact) {
            throw new UsageException(
                    "say what to give back: --zero, --range or --guest, or what is free already: --punch or --compact");
        }
        if (punch && compact) {
            throw new UsageException("--punch or --compact, not both");
        }
        if (changesContent()) {
            search.refuseChildren(disk, changing.forWriting());
        }
        RightsWatch rights = RightsWatch.over(disk);
        Closeable lock = lock();
        try (lock) {
            global.show(disk, run());
        }
        rights.tell(global);
        return ExitCodes.DONE;
    }

    /** Nobody comes between the parts of the work. */
    private Closeable lock() throws IOException {
        if (changing.isRehearsal()) {
            return () -> {};
        }
        OpenOptions options = changing.forWriting().withPermission(OpenOptions.Permission.WRITE_SHARED);
        return DiskUse.take(DiskChain.of(disk, options), options);
    }

    private UnmapResult run() throws IOException {
        try (ProgressBar progress = global.progress()) {
            FileSpace space = FileSpace.of(disk, locked(changing.forWriting()), progress, way(), effect());
            space.refuse();
            global.ifCancelled(disk + " is whole; what was given back so far stays so");
            long before = space.allocatedBytes();
            UnmapResult.Unmapped unmapped = unmaps() ? unmap(progress) : new UnmapResult.Unmapped(0, List.of());
            long freed = space.giveBack();
            return new UnmapResult(effect(), unmapped, way(), freed, before, space.allocatedBytes());
        }
    }

    private OpenOptions locked(OpenOptions options) {
        return changing.isRehearsal() ? options : options.withPermission(OpenOptions.Permission.UNDER_LOCK);
    }

    private boolean unmaps() {
        return zero || guest || !ranges.isEmpty();
    }

    private DiskUnmap.Effect effect() {
        return changing.isRehearsal() ? DiskUnmap.Effect.COUNT : DiskUnmap.Effect.UNMAP;
    }

    private FileSpace.Way way() {
        return punch ? FileSpace.Way.PUNCH : compact ? FileSpace.Way.COMPACT : FileSpace.Way.NONE;
    }

    private UnmapResult.Unmapped unmap(ProgressBar progress) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, options())) {
            refuseOutside(opened.capacity());
            DiskUnmap unmap = new DiskUnmap(opened, effect(), threads.count(), progress);
            long bytes = 0;
            for (ByteRange range : ranges) {
                bytes += unmap.range(range);
            }
            List<DiskUnmap.GuestSpace> guests = guest ? unmap.guest() : List.of();
            bytes += guests.stream().mapToLong(DiskUnmap.GuestSpace::bytes).sum();
            bytes += zero ? unmap.zeros() : 0;
            if (!changing.isRehearsal()) {
                opened.flush();
            }
            return new UnmapResult.Unmapped(bytes, guests);
        }
    }

    /** Zeros that become holes change nothing a child could see: such a disk may have children, and keeps its ID. */
    private OpenOptions options() {
        if (changing.isRehearsal()) {
            return OpenOptions.readOnly();
        }
        OpenOptions options = locked(changing.forWriting());
        return changesContent()
                ? options
                : options.withPermission(OpenOptions.Permission.WRITE_SHARED)
                        .withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
    }

    private boolean changesContent() {
        return guest || !ranges.isEmpty();
    }

    private void refuseOutside(long capacity) {
        for (ByteRange range : ranges) {
            if (range.end() > capacity) {
                throw new UsageException("the range from " + range.start() + " to " + range.end()
                        + " ends behind the disk of " + capacity + " bytes");
            }
        }
    }

    /** Reads {@code OFF:LEN}. */
    static final class Range extends PicocliConverter<ByteRange> {
        Range() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<ByteRange> {
            @Override
            public ByteRange convert(String text) {
                int colon = text.indexOf(':');
                try {
                    if (colon > 0) {
                        return new ByteRange(
                                ByteSize.parse(text.substring(0, colon)), ByteSize.parse(text.substring(colon + 1)));
                    }
                } catch (IllegalArgumentException e) {
                    throw new WordException("'" + text + "' is no range: " + e.getMessage());
                }
                throw new WordException("'" + text + "' is no range, expected OFF:LEN such as 1G:512M");
            }
        }
    }
}

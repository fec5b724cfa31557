package io.vmdisk.cli.line;

import io.vmdisk.Sector;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a new disk shall be like, beyond its format and size. */
public final class NewDiskOptions {
    private static final int SECTOR = Sector.BYTES;

    /** VMware's Virtual Disk Format 5.0: a grain is a power of two greater than 8 sectors. */
    private static final long LEAST_GRAIN = 8 << 10;

    private static final Set<DiskFormat> GRAINS = EnumSet.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.TWO_GB_SPARSE);
    private static final Set<DiskFormat> PARTS = EnumSet.of(DiskFormat.TWO_GB_SPARSE, DiskFormat.TWO_GB_FLAT);

    @Mixin
    private FactOptions facts = new FactOptions();

    @Option(
            names = "--grain",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "The unit in which a hosted sparse disk grows: a power of two from 8k to 1M; 64k if not given.")
    private @Nullable Long grain;

    @Option(
            names = "--extent-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The size of the parts of a split disk; 2047 MiB if not given.")
    private @Nullable Long extentSize;

    /**
     * The specification with what was asked for.
     *
     * @throws UsageException if the format has no such thing
     */
    public CreateSpec applyTo(CreateSpec spec) {
        refuseMeaningless(spec);
        CreateSpec changed = spec.withFacts(facts.ofNewDisk());
        if (grain != null) {
            long bytes = sectors("--grain", grain);
            if (bytes < LEAST_GRAIN) {
                throw new UsageException("--grain: " + bytes + " bytes; VMware's products take 8 KiB and more");
            }
            changed = changed.withGrainBytes((int) Math.min(bytes, Integer.MAX_VALUE));
        }
        if (extentSize != null) {
            changed = changed.withExtentBytes(sectors("--extent-size", extentSize));
        }
        return facts.seededEmpty(changed);
    }

    /** What would be left out of the disk without a word. */
    private void refuseMeaningless(CreateSpec spec) {
        DiskFormat format = spec.format();
        refuse(grain != null && !GRAINS.contains(format), "--grain", format, GRAINS);
        refuse(extentSize != null && !PARTS.contains(format), "--extent-size", format, PARTS);
        if (format == DiskFormat.RAW) {
            facts.refuse(FactOptions.NO_DESCRIPTOR);
        }
        if (spec.parent() != null) {
            facts.refuse(FactOptions.DELTA);
        }
    }

    private static void refuse(boolean meaningless, String option, DiskFormat format, Set<DiskFormat> takers) {
        if (meaningless) {
            throw new UsageException(option + " means nothing to the format " + format.word() + ": it goes with "
                    + takers.stream().map(DiskFormat::word).collect(Collectors.joining(" and ")));
        }
    }

    private static long sectors(String option, long bytes) {
        if (bytes == 0 || bytes % SECTOR != 0) {
            throw new UsageException(option + ": " + bytes + " bytes are no whole number of sectors of 512");
        }
        return bytes;
    }
}

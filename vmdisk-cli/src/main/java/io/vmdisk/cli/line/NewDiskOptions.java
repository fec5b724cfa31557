package io.vmdisk.cli.line;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.CreateSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What a new disk shall be like, beyond its format and size. */
public final class NewDiskOptions {
    private static final int SECTOR = 512;
    private static final Set<DiskFormat> GRAINS = EnumSet.of(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.TWO_GB_SPARSE);
    private static final Set<DiskFormat> PARTS = EnumSet.of(DiskFormat.TWO_GB_SPARSE, DiskFormat.TWO_GB_FLAT);
    private static final int OLDEST_HARDWARE = 3;
    private static final int NEWEST_HARDWARE = 99;

    @Option(
            names = "--adapter",
            paramLabel = "TYPE",
            converter = AdapterConverter.class,
            description = "What the guest sees it on: ide, buslogic, lsilogic, lsisas1068, pvscsi, sata or nvme.")
    private @Nullable AdapterType adapter;

    @Option(
            names = "--grain",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description =
                    "The unit in which a hosted sparse disk grows: a power of two from 4k to 1M; 64k if not given.")
    private @Nullable Long grain;

    @Option(
            names = "--extent-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The size of the parts of a split disk; 2047 MiB if not given.")
    private @Nullable Long extentSize;

    @Option(
            names = "--hw",
            paramLabel = "VERSION",
            converter = HardwareVersion.class,
            description = "The hardware version of the machine it is for.")
    private @Nullable Integer hardwareVersion;

    /**
     * The specification with what was asked for.
     *
     * @param line whose options these are
     * @throws ParameterException if the format has no such thing
     */
    public CreateSpec applyTo(CreateSpec spec, CommandLine line) {
        refuseMeaningless(spec, line);
        CreateSpec changed = spec;
        if (adapter != null) {
            changed = changed.withAdapter(adapter);
        }
        if (grain != null) {
            changed = changed.withGrainBytes((int) Math.min(sectors("--grain", grain, line), Integer.MAX_VALUE));
        }
        if (extentSize != null) {
            changed = changed.withExtentBytes(sectors("--extent-size", extentSize, line));
        }
        return hardwareVersion == null ? changed : changed.withHardwareVersion(hardwareVersion);
    }

    /** What would be left out of the disk without a word. */
    private void refuseMeaningless(CreateSpec spec, CommandLine line) {
        DiskFormat format = spec.format();
        refuse(grain != null && !GRAINS.contains(format), line, "--grain", format, GRAINS);
        refuse(extentSize != null && !PARTS.contains(format), line, "--extent-size", format, PARTS);
        boolean facts = adapter != null || hardwareVersion != null;
        if (facts && format == DiskFormat.RAW) {
            throw new ParameterException(
                    line, "--adapter and --hw stand in the descriptor of a disk, and a raw image has none");
        }
        if (facts && spec.parent() != null) {
            throw new ParameterException(line, "--adapter and --hw are those of the base: they don't go with -b");
        }
    }

    private static void refuse(
            boolean meaningless, CommandLine line, String option, DiskFormat format, Set<DiskFormat> takers) {
        if (meaningless) {
            throw new ParameterException(
                    line,
                    option + " means nothing to the format " + format.word() + ": it goes with "
                            + takers.stream().map(DiskFormat::word).collect(Collectors.joining(" and ")));
        }
    }

    private static long sectors(String option, long bytes, CommandLine line) {
        if (bytes == 0 || bytes % SECTOR != 0) {
            throw new ParameterException(line, option + ": " + bytes + " bytes are no whole number of sectors of 512");
        }
        return bytes;
    }

    /** Reads an adapter. */
    public static final class AdapterConverter implements ITypeConverter<AdapterType> {
        @Override
        public AdapterType convert(String text) {
            return AdapterType.of(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is no adapter; adapters are "
                            + Arrays.stream(AdapterType.values())
                                    .map(AdapterType::word)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** Reads a hardware version. */
    static final class HardwareVersion implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("[0-9]{1,2}") && Integer.parseInt(text) >= OLDEST_HARDWARE) {
                return Integer.valueOf(text);
            }
            throw new TypeConversionException(
                    "'" + text + "' is no hardware version from " + OLDEST_HARDWARE + " to " + NEWEST_HARDWARE);
        }
    }
}

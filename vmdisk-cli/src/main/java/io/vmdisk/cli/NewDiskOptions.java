package io.vmdisk.cli;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.CreateSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a new disk shall be like, beyond its format and size. */
final class NewDiskOptions {
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
    private long grain;

    @Option(
            names = "--extent-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The size of the parts of a split disk; 2047 MiB if not given.")
    private long extentSize;

    @Option(
            names = "--hw",
            paramLabel = "VERSION",
            converter = HardwareVersion.class,
            description = "The hardware version of the machine it is for.")
    private @Nullable Integer hardwareVersion;

    /** The specification with what was asked for. */
    CreateSpec applyTo(CreateSpec spec) {
        CreateSpec changed = spec;
        if (adapter != null) {
            changed = changed.withAdapter(adapter);
        }
        if (grain != 0) {
            changed = changed.withGrainBytes((int) Math.min(grain, Integer.MAX_VALUE));
        }
        if (extentSize != 0) {
            changed = changed.withExtentBytes(extentSize);
        }
        return hardwareVersion == null ? changed : changed.withHardwareVersion(hardwareVersion);
    }

    /** Reads an adapter. */
    static final class AdapterConverter implements ITypeConverter<AdapterType> {
        @Override
        public AdapterType convert(String text) {
            return AdapterType.of(text).orElseThrow(() -> new TypeConversionException("'" + text + "' is no adapter"));
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

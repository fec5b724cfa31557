package io.vmdisk.cli.line;

import io.vmdisk.Progress;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.descriptor.DiskUuid;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.transfer.ContentSeed;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a new disk says of itself, where that is not what the disk says that it is made from. */
public final class FactOptions {
    /** Why a raw image can't say them. */
    public static final String NO_DESCRIPTOR = "stand in the descriptor of a disk, and a raw image has none";

    /** Why a delta can't. */
    public static final String DELTA = "are those of the base: they don't go with -b";

    private static final String NAMES = "--adapter, --hw, --tools-version and --uuid";

    @Option(
            names = "--adapter",
            paramLabel = "TYPE",
            converter = AdapterConverter.class,
            completionCandidates = AdapterWords.class,
            description =
                    "What the guest sees it on: ide, buslogic, lsilogic, lsisas1068, pvscsi, sata or nvme. Another"
                            + " than the source's has another geometry.")
    private @Nullable AdapterType adapter;

    @Option(
            names = "--hw",
            paramLabel = "VERSION",
            converter = HardwareConverter.class,
            description = "The hardware version of the machine it is for; 'vmdisk hardware' lists them.")
    private @Nullable Integer hardwareVersion;

    @Option(
            names = "--tools-version",
            paramLabel = "NUMBER",
            converter = ToolsConverter.class,
            description = "The version of the guest's tools as descriptors have it: major x 1024 + minor x 32 + patch;"
                    + " 2147483647 for tools that VMware does not manage.")
    private @Nullable Integer toolsVersion;

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            converter = UuidConverter.class,
            description =
                    "The disk's SCSI name: 16 bytes in hexadecimal, keep for the source's, or fresh for one of its"
                            + " own. A clone has a fresh one, a converted disk keeps it, unless this says otherwise.")
    private @Nullable UuidRule uuid;

    @Option(
            names = "--reproducible",
            description =
                    "Derive content ID and UUID from the disk's content and name, so that the same input makes the"
                            + " same file, byte for byte. The source is read twice.")
    private boolean reproducible;

    /**
     * Which SCSI name a disk has.
     *
     * @param identity whether that of the source
     * @param given or this one, if not null
     */
    public record UuidRule(
            DiskFacts.Identity identity, @Nullable DiskUuid given) {}

    /** What a copy says, with what was asked for. */
    public DiskFacts of(List<Descriptor> links, DiskFacts.Identity usual) {
        return applyTo(DiskFacts.keptFrom(links, uuid == null ? usual : uuid.identity()));
    }

    /** What a disk says that is made from nothing, with what was asked for. */
    public DiskFacts ofNewDisk() {
        if (uuid != null && uuid.given() == null && uuid.identity() == DiskFacts.Identity.KEPT) {
            throw new UsageException("--uuid keep: a new disk has no source whose name it could keep");
        }
        return applyTo(DiskFacts.ofNewDisk());
    }

    private DiskFacts applyTo(DiskFacts facts) {
        DiskFacts changed = facts;
        if (hardwareVersion != null) {
            changed = changed.withHardwareVersion(hardwareVersion);
        }
        if (adapter != null) {
            changed = changed.withAdapter(adapter);
        }
        if (toolsVersion != null) {
            changed = changed.withToolsVersion(toolsVersion);
        }
        return uuid == null || uuid.given() == null ? changed : changed.withUuid(uuid.given());
    }

    /** Whether identifiers shall follow from the content. */
    public boolean isReproducible() {
        return reproducible;
    }

    /** Reads the source for the identifiers, if they shall follow from it; a raw image has none. */
    public CreateSpec seeded(CreateSpec spec, VirtualDisk source, int threads, Progress progress) throws IOException {
        return reproducible && spec.format() != DiskFormat.RAW
                ? spec.withSeed(ContentSeed.of(source, threads, progress))
                : spec;
    }

    /** The same for a disk that holds nothing. */
    public CreateSpec seededEmpty(CreateSpec spec) {
        return reproducible ? spec.withSeed("empty " + spec.capacity()) : spec;
    }

    /**
     * Refuses them where they would be passed over.
     *
     * @param reason what the disk is that can't say them
     */
    public void refuse(String reason) {
        problem(reason).ifPresent(problem -> {
            throw new UsageException(problem);
        });
    }

    /** What is wrong with them where they would be passed over, if any is given. */
    public Optional<String> problem(String reason) {
        boolean given = adapter != null || hardwareVersion != null || toolsVersion != null || uuid != null;
        return given ? Optional.of(NAMES + " " + reason) : Optional.empty();
    }

    /** Reads an adapter. */
    public static final class AdapterConverter extends PicocliConverter<AdapterType> {
        public AdapterConverter() {
            super(new AdapterReader());
        }

        /** Does the work. */
        public static final class AdapterReader implements WordReader<AdapterType> {
            @Override
            public AdapterType convert(String text) {
                return AdapterType.of(text)
                        .orElseThrow(() -> new WordException("'" + text + "' is no adapter; adapters are "
                                + Arrays.stream(AdapterType.values())
                                        .map(AdapterType::word)
                                        .collect(Collectors.joining(", "))));
            }
        }
    }

    /** Reads a hardware version, which the catalogue must know. */
    public static final class HardwareConverter extends PicocliConverter<Integer> {
        public HardwareConverter() {
            super(new HardwareReader());
        }

        /** Does the work. */
        public static final class HardwareReader implements WordReader<Integer> {
            @Override
            public Integer convert(String text) {
                if (text.matches("[0-9]{1,4}")
                        && HardwareCatalog.get().version(Integer.parseInt(text)).isPresent()) {
                    return Integer.valueOf(text);
                }
                throw new WordException("'" + text + "' is no hardware version; there are "
                        + HardwareCatalog.get().versions().stream()
                                .map(version -> Integer.toString(version.number()))
                                .collect(Collectors.joining(", ")));
            }
        }
    }

    /** Reads a version of the tools. */
    public static final class ToolsConverter extends PicocliConverter<Integer> {
        public ToolsConverter() {
            super(new ToolsReader());
        }

        /** Does the work. */
        public static final class ToolsReader implements WordReader<Integer> {
            @Override
            public Integer convert(String text) {
                if (text.matches("[0-9]{1,10}") && Long.parseLong(text) <= Integer.MAX_VALUE) {
                    return Integer.valueOf(text);
                }
                throw new WordException("'" + text + "' is no number from 0 to " + Integer.MAX_VALUE);
            }
        }
    }

    /** Reads a word or a name. */
    public static final class UuidConverter extends PicocliConverter<UuidRule> {
        public UuidConverter() {
            super(new UuidReader());
        }

        /** Does the work. */
        public static final class UuidReader implements WordReader<UuidRule> {
            @Override
            public UuidRule convert(String text) {
                return switch (text) {
                    case "fresh" -> new UuidRule(DiskFacts.Identity.FRESH, null);
                    case "keep" -> new UuidRule(DiskFacts.Identity.KEPT, null);
                    default ->
                        new UuidRule(
                                DiskFacts.Identity.KEPT,
                                DiskUuid.parse(text)
                                        .orElseThrow(() -> new WordException("'" + text
                                                + "' is neither fresh nor keep nor 16 bytes such as"
                                                + " 60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5")));
                };
            }
        }
    }

    /** What completion offers. */
    public static final class AdapterWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("ide", "buslogic", "lsilogic", "lsisas1068", "pvscsi", "sata", "nvme")
                    .iterator();
        }
    }
}

package io.vmdisk.cli.vmx;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.answer.HardwareReport;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows hardware versions, products, maxima and devices. */
@Command(
        name = "hardware",
        description = "Shows hardware versions, the products that brought them, maxima and devices.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk hardware | less",
            "  vmdisk hardware --hw 17",
            "  vmdisk hardware --json --esxi 7.0",
        })
public final class HardwareCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Option(names = "--hw", paramLabel = "N", description = "Only this hardware version, and the devices it has.")
    private @Nullable Integer version;

    @Option(names = "--esxi", paramLabel = "RELEASE", description = "Only what this release runs, for example 7.0u2.")
    private @Nullable String release;

    public HardwareCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        HardwareCatalog catalog = HardwareCatalog.get();
        List<EsxiRelease> releases = release == null ? catalog.releases() : List.of(release(catalog, release));
        int newest = release == null ? Integer.MAX_VALUE : releases.get(0).newestHardware();
        List<HardwareVersion> versions = version == null
                ? catalog.versions().stream().filter(v -> v.number() <= newest).toList()
                : List.of(version(catalog, version));
        int last = version == null ? newest : version;
        global.show(
                null,
                new HardwareReport(
                        versions,
                        releases.stream()
                                .filter(r -> version == null || r.newestHardware() >= version)
                                .toList(),
                        catalog.devices().stream()
                                .filter(d -> d.fromHardware() <= last)
                                .toList()));
        return ExitCodes.DONE;
    }

    private static EsxiRelease release(HardwareCatalog catalog, String name) throws IOException {
        return catalog.release(name)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "esxi-release",
                        null,
                        "nothing is known of ESXi '" + name + "'",
                        "known are "
                                + catalog.releases().stream()
                                        .map(EsxiRelease::name)
                                        .collect(Collectors.joining(", "))));
    }

    private static HardwareVersion version(HardwareCatalog catalog, int number) throws IOException {
        return catalog.version(number)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "hardware-version",
                        null,
                        "there is no hardware version " + number,
                        "known are "
                                + catalog.versions().stream()
                                        .map(v -> String.valueOf(v.number()))
                                        .collect(Collectors.joining(", "))));
    }
}

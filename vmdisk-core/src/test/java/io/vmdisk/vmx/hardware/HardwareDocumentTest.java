package io.vmdisk.vmx.hardware;

import io.vmdisk.vmx.GeneratedDocs;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HardwareDocumentTest {
    private final HardwareCatalog catalog = HardwareCatalog.get();

    @Test
    void theTablesInTheDocumentationAreTheData() throws IOException {
        String page = versions() + "\n" + maxima() + "\n" + releases() + "\n" + devices();

        GeneratedDocs.assertUpToDate("formats/virtual-hardware.md", page);
    }

    private static String row(Object... cells) {
        return "| " + Stream.of(cells).map(GeneratedDocs::cell).collect(Collectors.joining(" | ")) + " |\n";
    }

    private static String head(String title, String... columns) {
        return "## " + title + "\n\n" + row((Object[]) columns) + "|---".repeat(columns.length) + "|\n";
    }

    private String versions() {
        StringBuilder table =
                new StringBuilder(head("Versions and products", "version", "first ESXi", "hosted products", "source"));
        for (HardwareVersion v : catalog.versions()) {
            table.append(row(v.number(), v.firstEsxi().orElse("none"), String.join(", ", v.hosted()), v.source()));
        }
        return table.toString();
    }

    private String maxima() {
        StringBuilder table = new StringBuilder(head(
                "Maxima of a machine",
                "version",
                "processors",
                "memory GiB",
                "cores in a socket",
                "SCSI",
                "SATA",
                "NVMe",
                "units on NVMe",
                "units on PVSCSI",
                "NICs",
                "serial",
                "passthrough",
                "video MiB",
                "displays"));
        for (HardwareVersion v : catalog.versions()) {
            v.maxima()
                    .ifPresent(m -> table.append(row(
                            v.number(),
                            m.vcpus(),
                            m.memoryGib(),
                            m.coresPerSocket(),
                            m.scsiControllers(),
                            m.sataControllers(),
                            m.nvmeControllers(),
                            m.nvmeUnits(),
                            m.pvscsiUnits(),
                            m.nics(),
                            m.serialPorts(),
                            m.passthroughDevices(),
                            m.videoMib(),
                            m.displays())));
        }
        return table.toString();
    }

    private String releases() {
        StringBuilder table = new StringBuilder(
                head("Hosts", "ESXi", "newest version", "processors", "memory GiB", "largest disk, bytes", "source"));
        for (EsxiRelease r : catalog.releases()) {
            table.append(row(r.name(), r.newestHardware(), r.vcpus(), r.memoryGib(), r.largestDiskBytes(), r.source()));
        }
        return table.toString();
    }

    private String devices() {
        StringBuilder table = new StringBuilder(head(
                "Devices and features",
                "kind",
                "name in the file",
                "device",
                "from version",
                "no choice for new machines from ESXi",
                "note",
                "source"));
        for (DeviceSupport d : catalog.devices()) {
            table.append(row(
                    d.kind().name().toLowerCase(Locale.ROOT),
                    d.name(),
                    d.title(),
                    d.fromHardware(),
                    d.notOfferedFrom().orElse(""),
                    d.note(),
                    d.source()));
        }
        return table.toString();
    }
}

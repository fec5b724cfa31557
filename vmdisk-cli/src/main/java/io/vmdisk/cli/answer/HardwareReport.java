package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.vmx.hardware.DeviceSupport;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.HardwareMaxima;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * Rows of the catalog of hardware.
 *
 * @param versions hardware versions
 * @param releases ESXi releases
 * @param devices devices and features
 */
public record HardwareReport(List<HardwareVersion> versions, List<EsxiRelease> releases, List<DeviceSupport> devices)
        implements Result {
    @Override
    public void print(TableView text) throws IOException {
        text.heading("Hardware versions");
        try (TableView.Table table = text.table(
                Column.right("version"),
                Column.left("first ESXi"),
                Column.right("cpus"),
                Column.right("memory GiB"),
                Column.right("cores/socket"),
                Column.right("NICs"),
                Column.right("SATA"),
                Column.right("NVMe"),
                Column.left("hosted products"))) {
            for (HardwareVersion v : versions) {
                table.row(
                        String.valueOf(v.number()),
                        v.firstEsxi().orElse("-"),
                        number(v, HardwareMaxima::vcpus),
                        number(v, HardwareMaxima::memoryGib),
                        number(v, HardwareMaxima::coresPerSocket),
                        number(v, HardwareMaxima::nics),
                        number(v, HardwareMaxima::sataControllers),
                        number(v, HardwareMaxima::nvmeControllers),
                        String.join(", ", v.hosted()));
            }
        }
        text.gap();
        text.heading("ESXi releases");
        try (TableView.Table table = text.table(
                Column.left("release"),
                Column.right("newest version"),
                Column.right("cpus"),
                Column.right("memory GiB"),
                Column.right("largest disk, bytes"))) {
            for (EsxiRelease r : releases) {
                table.row(
                        r.name(),
                        String.valueOf(r.newestHardware()),
                        String.valueOf(r.vcpus()),
                        String.valueOf(r.memoryGib()),
                        String.valueOf(r.largestDiskBytes()));
            }
        }
        text.gap();
        text.heading("Devices");
        try (TableView.Table table = text.table(
                Column.left("kind"),
                Column.left("name"),
                Column.left("device"),
                Column.right("from version"),
                Column.left("not offered from"),
                Column.left("note"))) {
            for (DeviceSupport d : devices) {
                table.row(
                        word(d),
                        d.name(),
                        d.title(),
                        String.valueOf(d.fromHardware()),
                        d.notOfferedFrom().map(release -> "ESXi " + release).orElse("-"),
                        d.note());
            }
        }
    }

    private static String number(HardwareVersion version, ToIntFunction<HardwareMaxima> field) {
        return version.maxima()
                .map(maxima -> String.valueOf(field.applyAsInt(maxima)))
                .orElse("-");
    }

    private static String word(DeviceSupport device) {
        return device.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.array("versions");
        for (HardwareVersion v : versions) {
            write(json, v);
        }
        json.endArray().array("releases");
        for (EsxiRelease r : releases) {
            json.object()
                    .field("name", r.name())
                    .field("newestHardware", r.newestHardware())
                    .field("vcpus", r.vcpus())
                    .field("memory", ByteSize.ofGib(r.memoryGib()))
                    .field("largestDisk", r.largestDiskBytes())
                    .field("source", r.source())
                    .endObject();
        }
        json.endArray().array("devices");
        for (DeviceSupport d : devices) {
            json.object()
                    .field("kind", word(d))
                    .field("name", d.name())
                    .field("title", d.title())
                    .field("fromHardware", d.fromHardware())
                    .field("notOfferedFrom", d.notOfferedFrom().orElse(null))
                    .field("note", d.note())
                    .field("source", d.source())
                    .endObject();
        }
        json.endArray();
    }

    private static void write(JsonView json, HardwareVersion v) throws IOException {
        json.object()
                .field("version", v.number())
                .field("apiName", v.apiName())
                .field("firstEsxi", v.firstEsxi().orElse(null))
                .array("hosted");
        for (String product : v.hosted()) {
            json.element(product);
        }
        json.endArray();
        if (v.maxima().isEmpty()) {
            json.nothing("maxima");
        } else {
            HardwareMaxima m = v.maxima().get();
            json.object("maxima")
                    .field("vcpus", m.vcpus())
                    .field("memory", ByteSize.ofGib(m.memoryGib()))
                    .field("coresPerSocket", m.coresPerSocket())
                    .field("scsiControllers", m.scsiControllers())
                    .field("sataControllers", m.sataControllers())
                    .field("nvmeControllers", m.nvmeControllers())
                    .field("nvmeUnits", m.nvmeUnits())
                    .field("pvscsiUnits", m.pvscsiUnits())
                    .field("nics", m.nics())
                    .field("serialPorts", m.serialPorts())
                    .field("passthroughDevices", m.passthroughDevices())
                    .field("video", ByteSize.ofMib(m.videoMib()))
                    .field("displays", m.displays())
                    .endObject();
        }
        json.field("source", v.source()).endObject();
    }
}

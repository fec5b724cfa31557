package io.vmdisk.vmx.hardware;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The tables of virtual hardware.
 *
 * <p>Immutable; read from the module's own resource on first use. Versions and releases are in ascending order.
 *
 * @since 0.1
 */
public final class HardwareCatalog {
    private static final String RESOURCE = "hardware.tsv";

    private final List<HardwareVersion> versions = new ArrayList<>();
    private final List<EsxiRelease> releases = new ArrayList<>();
    private final List<DeviceSupport> devices = new ArrayList<>();

    /** Loads on first use, once. */
    private static final class Holder {
        static final HardwareCatalog INSTANCE = new HardwareCatalog();
    }

    private HardwareCatalog() {
        DataTable.read(RESOURCE).forEach(this::add);
    }

    /** {@return the catalog; always the same} */
    public static HardwareCatalog get() {
        return Holder.INSTANCE;
    }

    private void add(List<String> row) {
        switch (row.get(0)) {
            case "version" -> versions.add(version(row));
            case "esxi" -> releases.add(release(row));
            case "device" -> devices.add(device(row));
            default -> throw new IllegalStateException("unknown row in " + RESOURCE + ": " + row);
        }
    }

    private static HardwareVersion version(List<String> row) {
        return new HardwareVersion(
                number(row, 1),
                optional(row, 2),
                optional(row, 3)
                        .map(products -> Splitter.on(", ").splitToList(products))
                        .orElse(List.of()),
                optional(row, 4).map(present -> maxima(row)),
                row.get(17));
    }

    private static HardwareMaxima maxima(List<String> row) {
        return new HardwareMaxima(
                number(row, 4),
                number(row, 5),
                number(row, 6),
                number(row, 7),
                number(row, 8),
                number(row, 9),
                number(row, 10),
                number(row, 11),
                number(row, 12),
                number(row, 13),
                number(row, 14),
                number(row, 15),
                number(row, 16));
    }

    private static EsxiRelease release(List<String> row) {
        return new EsxiRelease(
                row.get(1), number(row, 2), number(row, 3), number(row, 4), Long.parseLong(row.get(5)), row.get(6));
    }

    private static DeviceSupport device(List<String> row) {
        return new DeviceSupport(
                DeviceSupport.Kind.valueOf(row.get(1)),
                row.get(2),
                row.get(3),
                number(row, 4),
                optional(row, 5),
                optional(row, 6).orElse(""),
                row.get(7));
    }

    private static int number(List<String> row, int column) {
        return Integer.parseInt(row.get(column));
    }

    private static Optional<String> optional(List<String> row, int column) {
        return Optional.of(row.get(column)).filter(text -> !text.equals("-"));
    }

    /** {@return all hardware versions, oldest first} */
    public List<HardwareVersion> versions() {
        return List.copyOf(versions);
    }

    /**
     * {@return a hardware version; empty if there is none of this number}
     *
     * @param number as in {@code virtualHW.version}
     */
    public Optional<HardwareVersion> version(long number) {
        return versions.stream().filter(v -> v.number() == number).findFirst();
    }

    /** {@return all ESXi releases, oldest first} */
    public List<EsxiRelease> releases() {
        return List.copyOf(releases);
    }

    /**
     * {@return an ESXi release; empty for an unknown name}
     *
     * @param name such as {@code 7.0 U1}, {@code 7.0u1} or {@code esxi-7.0-u1}, in upper or lower case
     */
    public Optional<EsxiRelease> release(String name) {
        String wanted = plain(name);
        return releases.stream().filter(r -> plain(r.name()).equals(wanted)).findFirst();
    }

    private static String plain(String name) {
        String letters = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        return letters.startsWith("esxi") ? letters.substring("esxi".length()) : letters;
    }

    /** {@return all devices and features, in the order of the table} */
    public List<DeviceSupport> devices() {
        return List.copyOf(devices);
    }

    /**
     * {@return whether new machines of a release can have a device; true for a device that is not in the table}
     *
     * @param release one of {@link #releases}
     * @param device its name in a machine's file, in upper or lower case
     */
    public boolean offers(EsxiRelease release, String device) {
        Optional<String> end = device(device).flatMap(DeviceSupport::notOfferedFrom);
        Optional<EsxiRelease> first = end.flatMap(this::release);
        return first.isEmpty() || releases.indexOf(release) < releases.indexOf(first.get());
    }

    /**
     * {@return a device; empty for a name that is not in the table}
     *
     * @param name its name in a machine's file, in upper or lower case
     */
    public Optional<DeviceSupport> device(String name) {
        return devices.stream().filter(d -> d.name().equalsIgnoreCase(name)).findFirst();
    }
}

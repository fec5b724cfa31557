package io.vmdisk.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One combination of the options that change what {@code qemu-img create -f vmdk} writes.
 *
 * @param hwVersion the value of {@code hwversion}, empty if the option is not given
 */
record QemuKind(String subformat, String adapter, boolean zeroedGrain, boolean compat6, String hwVersion) {
    static final List<String> SUBFORMATS = List.of(
            "monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat", "streamOptimized");
    static final List<String> ADAPTERS = List.of("ide", "lsilogic", "buslogic", "legacyESX");

    private static final List<String> HW_VERSIONS = List.of("", "7", "21");
    private static final boolean[] ON_AND_OFF = {true, false};

    /** Every combination there is of a subformat, those that qemu-img refuses among them. */
    static List<QemuKind> product(String subformat) {
        List<QemuKind> all = new ArrayList<>();
        for (String adapter : ADAPTERS) {
            for (boolean zeroedGrain : ON_AND_OFF) {
                for (boolean compat6 : ON_AND_OFF) {
                    for (String hwVersion : HW_VERSIONS) {
                        all.add(new QemuKind(subformat, adapter, zeroedGrain, compat6, hwVersion));
                    }
                }
            }
        }
        return all;
    }

    /** What qemu-img says when it refuses this one; empty if it makes it. */
    Optional<String> refusal() {
        if (compat6 && !hwVersion.isEmpty()) {
            return Optional.of("compat6 cannot be enabled with hwversion set");
        }
        return isFlat() && zeroedGrain ? Optional.of("Flat image can't enable zeroed grain") : Optional.empty();
    }

    boolean isFlat() {
        return subformat.endsWith("Flat");
    }

    /** Whether qemu writes no cluster of it twice, and only whole ones. */
    boolean isStream() {
        return subformat.equals("streamOptimized");
    }

    /** The argument of {@code -o}. */
    String options() {
        return "subformat=" + subformat + ",adapter_type=" + adapter + ",zeroed_grain=" + (zeroedGrain ? "on" : "off")
                + ",compat6=" + (compat6 ? "on" : "off") + (hwVersion.isEmpty() ? "" : ",hwversion=" + hwVersion);
    }

    @Override
    public String toString() {
        return options();
    }
}

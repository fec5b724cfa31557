package io.vmdisk.vmx.hardware;

import java.util.List;
import java.util.Optional;

/**
 * A generation of virtual hardware, {@code virtualHW.version} in a machine's file.
 *
 * @param number 3 to 22; 5 does not exist
 * @param firstEsxi the first ESXi release that makes it; empty for a generation of hosted products only
 * @param hosted the hosted products that brought it
 * @param maxima what a machine may have; empty where no table says
 * @param source where the row is from
 * @since 0.1
 */
public record HardwareVersion(
        int number, Optional<String> firstEsxi, List<String> hosted, Optional<HardwareMaxima> maxima, String source) {
    /** Whether no ESXi makes machines of this version; hosts newer than it often run them all the same. */
    public boolean isHostedOnly() {
        return firstEsxi.isEmpty();
    }

    /** The name vSphere's API uses: {@code vmx-07}, {@code vmx-19}. */
    public String apiName() {
        return number < 10 ? "vmx-0" + number : "vmx-" + number;
    }
}

package io.vmdisk.vmx.hardware;

import java.util.List;
import java.util.Optional;

/**
 * A version of virtual hardware, {@code virtualHW.version} in a machine's file.
 *
 * @param number 3 to 22; 5 does not exist
 * @param firstEsxi the first ESXi release that makes machines of it; empty if only hosted products do
 * @param hosted the hosted products that introduced it
 * @param maxima the most that a machine may have; empty if the table does not say
 * @param source where the row of the table is from
 * @since 0.1
 */
public record HardwareVersion(
        int number, Optional<String> firstEsxi, List<String> hosted, Optional<HardwareMaxima> maxima, String source) {
    /** {@return whether no ESXi release makes machines of this version; newer releases often run them all the same} */
    public boolean isHostedOnly() {
        return firstEsxi.isEmpty();
    }

    /** {@return the name in the vSphere API, such as {@code vmx-07} or {@code vmx-19}} */
    public String apiName() {
        return number < 10 ? "vmx-0" + number : "vmx-" + number;
    }
}

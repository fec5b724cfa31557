package io.vmdisk.vmx;

/**
 * A present PCI device of the host: DirectPath, SR-IOV, vGPU.
 *
 * @param index its number, from 0
 * @param type {@code vmiop} for a vGPU, {@code dynamic}, {@code dvx}, in lower case; empty for a plain device
 * @param id the device's address on the host; empty if absent
 * @since 0.1
 */
public record VmxPassthrough(int index, String type, String id) {
    /** {@return the prefix of its keys, such as {@code pciPassthru0}} */
    public String name() {
        return "pciPassthru" + index;
    }
}

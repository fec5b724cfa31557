package io.vmdisk.vmx;

/**
 * A present PCI device of the host: DirectPath, SR-IOV, vGPU.
 *
 * @param index its number
 * @param type {@code vmiop} for a vGPU, {@code dynamic}, {@code dvx}; empty for a plain device
 * @param id the device's address on the host, empty if absent
 * @since 0.1
 */
public record VmxPassthrough(int index, String type, String id) {
    /** The key prefix: {@code pciPassthru0}. */
    public String name() {
        return "pciPassthru" + index;
    }
}

package io.vmdisk.vmx;

/**
 * A present storage adapter.
 *
 * @param bus its bus
 * @param index its number
 * @param type {@code pvscsi}, {@code lsilogic}, {@code lsisas1068}, {@code buslogic}; empty for the guest's default and on
 *     other buses
 * @param sharing {@code none}, {@code virtual} or {@code physical}
 * @since 0.1
 */
public record VmxController(Bus bus, int index, String type, String sharing) {
    /** The key prefix: {@code scsi0}. */
    public String name() {
        return bus.prefix() + index;
    }

    /** Whether other machines may use its disks at the same time. */
    public boolean isShared() {
        return sharing.equalsIgnoreCase("virtual") || sharing.equalsIgnoreCase("physical");
    }
}

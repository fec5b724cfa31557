package io.vmdisk.vmx;

/**
 * A present storage adapter.
 *
 * @param bus its bus
 * @param index its number, from 0
 * @param type {@code pvscsi}, {@code lsilogic}, {@code lsisas1068}, {@code buslogic} in lower case; empty for the
 *     guest's default and on other buses
 * @param sharing {@code none}, {@code virtual} or {@code physical}, as the file spells it
 * @since 0.1
 */
public record VmxController(Bus bus, int index, String type, String sharing) {
    /** {@return the prefix of its keys, such as {@code scsi0}} */
    public String name() {
        return bus.prefix() + index;
    }

    /** {@return whether other machines may use its disks at the same time} */
    public boolean isShared() {
        return sharing.equalsIgnoreCase("virtual") || sharing.equalsIgnoreCase("physical");
    }
}

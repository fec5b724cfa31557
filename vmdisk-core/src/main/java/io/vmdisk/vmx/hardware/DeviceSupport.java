package io.vmdisk.vmx.hardware;

import java.util.Optional;

/**
 * A device or feature, and the hardware version that introduced it.
 *
 * @param kind its family
 * @param name its name in a machine's file, mostly a value of {@code virtualDev}
 * @param title its name for people
 * @param fromHardware the first hardware version that has it
 * @param notOfferedFrom the first ESXi release that is reported not to offer it for new machines; machines that have it
 *     keep it; empty if it is still offered
 * @param note what else to know; may be empty
 * @param source where the row of the table is from
 * @since 0.1
 */
public record DeviceSupport(
        Kind kind,
        String name,
        String title,
        int fromHardware,
        Optional<String> notOfferedFrom,
        String note,
        String source) {
    /** Families of devices. */
    public enum Kind {
        /** Network adapters. */
        NIC,
        /** Storage controllers. */
        STORAGE,
        /** USB controllers. */
        USB,
        /** Firmware and its features. */
        FIRMWARE,
        /** Security features. */
        SECURITY,
        /** Processor features. */
        CPU,
        /** Memory devices. */
        MEMORY,
        /** Devices of the host given to the machine. */
        PASSTHROUGH,
        /** Everything else. */
        OTHER
    }
}

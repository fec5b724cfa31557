package io.vmdisk.vmx.hardware;

import java.util.Optional;

/**
 * A device or feature and the hardware version that brought it.
 *
 * @param kind its family
 * @param name what a machine's file calls it, mostly a value of {@code virtualDev}
 * @param title what people call it
 * @param fromHardware the first hardware version that has it
 * @param notOfferedFrom the ESXi release from which on it is reported to be no choice for new machines; machines that
 *     have it keep it
 * @param note what to know
 * @param source where the row is from
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

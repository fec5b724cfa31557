package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * The buses of disks and CD drives.
 *
 * @since 0.1
 */
public enum Bus {
    /** Four adapters; units 0 to 15 without 7, on paravirtual adapters 0 to 64 without 7. */
    SCSI("scsi", 4, 65),
    /** Four adapters of 30 units. */
    SATA("sata", 4, 30),
    /** One controller with two channels of two units each; it has no {@code present} of its own. */
    IDE("ide", 2, 2),
    /** Four adapters of 15 units, 64 from hardware version 21 on. */
    NVME("nvme", 4, 64);

    private final String prefix;
    private final int controllers;
    private final int units;

    Bus(String prefix, int controllers, int units) {
        this.prefix = prefix;
        this.controllers = controllers;
        this.units = units;
    }

    /** {@return how its keys begin, such as {@code scsi}} */
    public String prefix() {
        return prefix;
    }

    /** {@return how many controllers can be numbered in any hardware version; the numbers begin at 0} */
    public int controllers() {
        return controllers;
    }

    /** {@return how many units of a controller can be numbered in any hardware version; the numbers begin at 0} */
    public int units() {
        return units;
    }

    /**
     * {@return the bus of a key prefix; empty for any other text}
     *
     * @param prefix such as {@code scsi}, in upper or lower case
     */
    public static Optional<Bus> of(String prefix) {
        for (Bus bus : values()) {
            if (Ascii.equalsIgnoreCase(bus.prefix, prefix)) {
                return Optional.of(bus);
            }
        }
        return Optional.empty();
    }
}

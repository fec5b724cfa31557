package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * The buses that disks and CD drives hang on.
 *
 * @since 0.1
 */
public enum Bus {
    /** Four adapters, units 0 to 15 without 7, or 0 to 64 without 7 where paravirtual. */
    SCSI("scsi", 4, 65),
    /** Four adapters of 30 units. */
    SATA("sata", 4, 30),
    /** One controller of two channels of two units each; has no {@code present} of its own. */
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

    /** How keys begin. */
    public String prefix() {
        return prefix;
    }

    /** How many controllers can be numbered, whatever the hardware version. */
    public int controllers() {
        return controllers;
    }

    /** How many units of a controller can be numbered, whatever the hardware version. */
    public int units() {
        return units;
    }

    /** The bus of a key prefix such as {@code scsi}, in any case. */
    public static Optional<Bus> of(String prefix) {
        for (Bus bus : values()) {
            if (Ascii.equalsIgnoreCase(bus.prefix, prefix)) {
                return Optional.of(bus);
            }
        }
        return Optional.empty();
    }
}

package io.vmdisk.vmx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place of a disk or CD drive: {@code scsi0:0}.
 *
 * <p>Ordered by bus, controller and unit as numbers. All numbers of up to three digits without leading zeros can be
 * parsed, because files hold such names; {@link #isAddressable} tells whether a machine can have a device there.
 *
 * @param bus the bus
 * @param controller the number of the adapter, from 0
 * @param unit the number of the device on it, from 0
 * @since 0.1
 */
public record DeviceNode(Bus bus, int controller, int unit) implements Comparable<DeviceNode> {
    /** The unit that a SCSI adapter has itself. */
    public static final int SCSI_ADAPTER_UNIT = 7;

    /**
     * Refuses negative numbers with {@link IllegalArgumentException}.
     *
     * @param bus the bus
     * @param controller from 0
     * @param unit from 0
     */
    public DeviceNode {
        if (controller < 0 || unit < 0) {
            throw new IllegalArgumentException("not a device: " + bus.prefix() + controller + ":" + unit);
        }
    }

    /**
     * {@return the place that a text names; empty if it names none}
     *
     * @param text such as {@code scsi0:0}, in upper or lower case
     */
    public static Optional<DeviceNode> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        int digits = 0;
        while (digits < colon && !isDigit(text.charAt(digits))) {
            digits++;
        }
        int controller = DeviceIndex.parse(text.substring(digits, colon));
        int unit = DeviceIndex.parse(text.substring(colon + 1));
        if (controller < 0 || unit < 0) {
            return Optional.empty();
        }
        return Bus.of(text.substring(0, digits)).map(bus -> new DeviceNode(bus, controller, unit));
    }

    /**
     * {@return the place that a key belongs to; empty for a key of anything else}
     *
     * @param key such as {@code scsi0:0.fileName}
     */
    public static Optional<DeviceNode> ofKey(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? Optional.empty() : parse(key.substring(0, dot));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * {@return whether some machine can have a device here: the numbers are in the range of the bus, and it is not the
     * unit of a SCSI adapter itself}
     */
    public boolean isAddressable() {
        return controller < bus.controllers() && unit < bus.units() && !(bus == Bus.SCSI && unit == SCSI_ADAPTER_UNIT);
    }

    /**
     * {@return the key of a property of this device, such as {@code scsi0:0.fileName}}
     *
     * @param property such as {@code fileName}
     */
    public String key(String property) {
        return this + "." + property;
    }

    /**
     * {@return the key of a property of the adapter, such as {@code scsi0.present}}
     *
     * @param property such as {@code present}
     */
    public String controllerKey(String property) {
        return controllerName() + "." + property;
    }

    /** {@return the adapter, such as {@code scsi0}} */
    public String controllerName() {
        return bus.prefix() + controller;
    }

    @Override
    public int compareTo(DeviceNode other) {
        if (bus != other.bus) {
            return bus.compareTo(other.bus);
        }
        return controller != other.controller
                ? Integer.compare(controller, other.controller)
                : Integer.compare(unit, other.unit);
    }

    @Override
    public String toString() {
        return controllerName() + ":" + unit;
    }

    // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeviceNode that
                && bus == that.bus
                && controller == that.controller
                && unit == that.unit;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * bus.hashCode() + controller) + unit;
    }
}

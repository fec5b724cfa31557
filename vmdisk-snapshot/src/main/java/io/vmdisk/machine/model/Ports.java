package io.vmdisk.machine.model;

/**
 * What happens to serial and parallel ports, which a clone must not share with its source.
 *
 * @since 0.1
 */
public enum Ports {
    /** A port that writes to a file writes to one in the clone's folder; pipes and network servers are disconnected. */
    OWN,
    /** All stay as they are, for a clone that replaces its source. */
    KEEP,
    /** None is connected at power-on. */
    DISCONNECT
}

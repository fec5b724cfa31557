package io.vmdisk.machine.model;

/**
 * What becomes of serial and parallel ports, which a clone must not share with its source.
 *
 * @since 0.1
 */
public enum Ports {
    /** A port that writes a file writes one in the clone's folder; pipes and network servers are disconnected. */
    OWN,
    /** All stay as they are, for a clone that replaces its source. */
    KEEP,
    /** None is connected at power-on. */
    DISCONNECT
}

package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * What happens to a guest's writes to a disk.
 *
 * @since 0.1
 */
public enum DiskMode {
    /** They stay; the disk takes part in snapshots. */
    PERSISTENT("persistent"),
    /** They stay; snapshots leave the disk out. */
    INDEPENDENT_PERSISTENT("independent-persistent"),
    /** They are lost at power-off. */
    INDEPENDENT_NONPERSISTENT("independent-nonpersistent"),
    /** They are lost at power-off; before ESX 3 and Workstation 5. */
    NONPERSISTENT("nonpersistent"),
    /** At power-off the user is asked whether they stay; before ESX 3 and Workstation 5. */
    UNDOABLE("undoable"),
    /** They gather in a log until they are committed; before ESX 3 and Workstation 5. */
    APPEND("append");

    private final String text;

    DiskMode(String text) {
        this.text = text;
    }

    /** {@return the value in a machine's file, such as {@code independent-persistent}} */
    public String text() {
        return text;
    }

    /** {@return whether snapshots leave the disk out} */
    public boolean isIndependent() {
        return this == INDEPENDENT_PERSISTENT || this == INDEPENDENT_NONPERSISTENT;
    }

    /** {@return whether writes go to a separate log that only old products commit, or none} */
    public boolean isLegacy() {
        return this == NONPERSISTENT || this == UNDOABLE || this == APPEND;
    }

    /**
     * {@return the mode of a value; {@link #PERSISTENT} for the empty value, empty for an unknown one}
     *
     * @param text as the machine's file or the vSphere API (with underscores) spells it, in upper or lower case
     */
    public static Optional<DiskMode> of(String text) {
        String wanted = Ascii.toLowerCase(text).replace('_', '-');
        if (wanted.isEmpty()) {
            return Optional.of(PERSISTENT);
        }
        for (DiskMode mode : values()) {
            if (mode.text.equals(wanted)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}

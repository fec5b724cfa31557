package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * What becomes of a guest's writes to a disk.
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
    /** The user is asked at power-off; before ESX 3 and Workstation 5. */
    UNDOABLE("undoable"),
    /** They gather in a log until somebody commits it; before ESX 3 and Workstation 5. */
    APPEND("append");

    private final String text;

    DiskMode(String text) {
        this.text = text;
    }

    /** The value in a machine's file. */
    public String text() {
        return text;
    }

    /** Whether snapshots leave the disk out. */
    public boolean isIndependent() {
        return this == INDEPENDENT_PERSISTENT || this == INDEPENDENT_NONPERSISTENT;
    }

    /** Whether writes go to a log of their own that only older products or no product commit. */
    public boolean isLegacy() {
        return this == NONPERSISTENT || this == UNDOABLE || this == APPEND;
    }

    /** Reads the file's spelling or the API's, which has underscores; the empty value is {@link #PERSISTENT}. */
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

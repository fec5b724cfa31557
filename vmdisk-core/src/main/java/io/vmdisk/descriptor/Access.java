package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * What a guest may do with an extent.
 *
 * @since 0.1
 */
public enum Access {
    /** Read and write. */
    RW,
    /** Read only; a write fails. */
    RDONLY,
    /** Neither: the sectors count in the capacity, and the file must not be touched. */
    NOACCESS;

    /** The access that {@code word} names, in any case. */
    static Optional<Access> of(String word) {
        for (Access access : values()) {
            if (Ascii.equalsIgnoreCase(access.name(), word)) {
                return Optional.of(access);
            }
        }
        return Optional.empty();
    }
}

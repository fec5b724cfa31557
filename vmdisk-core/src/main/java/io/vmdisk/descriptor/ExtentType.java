package io.vmdisk.descriptor;

import com.google.common.base.Ascii;

/**
 * How the data of an extent is stored, as its line says.
 *
 * @since 0.1
 */
public enum ExtentType {
    /** Plain bytes of a file or device, from a start sector. */
    FLAT,
    /** Plain bytes of a file on an ESXi datastore. */
    VMFS,
    /** No file; reads as zeros. */
    ZERO,
    /** A hosted sparse or stream-optimised file. */
    SPARSE,
    /** A COWD file. */
    VMFSSPARSE,
    /** A space-efficient sparse file. */
    SESPARSE,
    /** A vSAN object; its layout is not public. */
    VSANSPARSE,
    /** A raw device mapping; the named file is only the mapping. */
    VMFSRDM,
    /** A raw device. */
    VMFSRAW,
    /** A word that this library does not know; {@link ExtentLine#typeWord()} has it. */
    UNKNOWN;

    /**
     * The type with a name.
     *
     * @param word the word of an extent line, in any case
     * @return the type; {@link #UNKNOWN} if there is none
     */
    public static ExtentType of(String word) {
        for (ExtentType type : values()) {
            if (type != UNKNOWN && Ascii.equalsIgnoreCase(type.name(), word)) {
                return type;
            }
        }
        return UNKNOWN;
    }

    /** {@return whether the extent's file holds the guest's bytes as they are} */
    public boolean isPlain() {
        return this == FLAT || this == VMFS;
    }
}

package io.vmdisk.vmx;

/**
 * A present drive for removable media.
 *
 * @param name the prefix of its keys: {@code ide1:0}, {@code floppy0}
 * @param kind the kind of drive
 * @param backing where the medium comes from
 * @param file the value of {@code fileName}
 * @param connected whether it is connected at power-on
 * @since 0.1
 */
public record VmxMedia(String name, Kind kind, Backing backing, FileReference file, boolean connected) {
    /** Kinds of drives. */
    public enum Kind {
        /** A CD or DVD drive. */
        CDROM,
        /** A floppy drive. */
        FLOPPY
    }

    /** Where the medium comes from. */
    public enum Backing {
        /** An image file. */
        IMAGE,
        /** A drive of the host. */
        HOST_DEVICE,
        /** The remote console's client. */
        CLIENT
    }

    /**
     * {@return the key of a property of this drive, such as {@code ide1:0.fileName}}
     *
     * @param property such as {@code fileName}
     */
    public String key(String property) {
        return name + "." + property;
    }
}

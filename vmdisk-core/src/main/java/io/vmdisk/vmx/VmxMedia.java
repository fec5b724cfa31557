package io.vmdisk.vmx;

/**
 * A present drive for removable media.
 *
 * @param name the key prefix: {@code ide1:0}, {@code floppy0}
 * @param kind the kind of drive
 * @param backing what it is connected to
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

    /** The key of a property of this drive. */
    public String key(String property) {
        return name + "." + property;
    }
}

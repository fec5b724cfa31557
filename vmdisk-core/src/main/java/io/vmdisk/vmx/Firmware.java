package io.vmdisk.vmx;

/**
 * The firmware that starts the guest.
 *
 * @since 0.1
 */
public enum Firmware {
    /** The default. */
    BIOS,
    /** UEFI, from hardware version 8 on. */
    EFI
}

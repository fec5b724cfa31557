package io.vmdisk.vmx;

/** What starts the guest. */
public enum Firmware {
    /** The default. */
    BIOS,
    /** UEFI, from hardware version 8 on. */
    EFI
}

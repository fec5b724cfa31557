package io.vmdisk.guest;

import io.vmdisk.VmdiskException;

/** What a partition holds, as far as its free space is concerned. */
public sealed interface GuestFileSystem {
    /**
     * Understood, clean and consistent.
     *
     * @param facts what it says about itself
     * @param freeBytes how many bytes {@code space} names in sum
     * @param space where they are
     */
    record Handled(FileSystemFacts facts, long freeBytes, FreeSpace space) implements GuestFileSystem {}

    /**
     * A file system of a known family whose free space can't be told for sure: dirty, damaged or with features that are
     * not handled.
     *
     * @param type the family
     * @param reason what was found and what to do
     */
    record Refused(String type, VmdiskException reason) implements GuestFileSystem {}

    /**
     * Nothing whose free space vmdisk reads: a container such as LVM or LUKS, swap, another file system, or no
     * signature at all.
     *
     * @param what it is, as people call it
     */
    record NotHandled(String what) implements GuestFileSystem {}
}

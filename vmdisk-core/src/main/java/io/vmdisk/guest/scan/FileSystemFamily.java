package io.vmdisk.guest.scan;

import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.GuestWindow;
import io.vmdisk.guest.ext.ExtFileSystem;
import io.vmdisk.guest.ext.ExtSuperblock;
import io.vmdisk.guest.fat.ExfatBootSector;
import io.vmdisk.guest.fat.ExfatFileSystem;
import io.vmdisk.guest.fat.FatBootSector;
import io.vmdisk.guest.fat.FatFileSystem;
import io.vmdisk.guest.ntfs.NtfsBootSector;
import io.vmdisk.guest.ntfs.NtfsFileSystem;
import io.vmdisk.guest.xfs.XfsFileSystem;
import io.vmdisk.guest.xfs.XfsSuperblock;
import java.io.IOException;
import java.util.List;

/**
 * A family of file systems whose free space can be read.
 *
 * @param shownName as people call it
 * @param recogniser whether its signature is there; says nothing about the state
 * @param opener checks state and features
 */
record FileSystemFamily(String shownName, Recogniser recogniser, Opener opener) {
    /** All there are. */
    static final List<FileSystemFamily> ALL = List.of(
            new FileSystemFamily("ext2/3/4", ExtSuperblock::recognises, ExtFileSystem::open),
            new FileSystemFamily("xfs", XfsSuperblock::recognises, XfsFileSystem::open),
            new FileSystemFamily("ntfs", NtfsBootSector::recognises, NtfsFileSystem::open),
            new FileSystemFamily("fat", FatBootSector::recognises, FatFileSystem::open),
            new FileSystemFamily("exfat", ExfatBootSector::recognises, ExfatFileSystem::open));

    boolean recognises(GuestWindow window) throws IOException {
        return recogniser.recognises(window);
    }

    FileSystemReader open(GuestWindow window) throws IOException {
        return opener.open(window);
    }

    /** Looks for a signature. */
    @FunctionalInterface
    interface Recogniser {
        boolean recognises(GuestWindow window) throws IOException;
    }

    /** Makes a reader. */
    @FunctionalInterface
    interface Opener {
        FileSystemReader open(GuestWindow window) throws IOException;
    }
}

package io.vmdisk.nbd;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;

/**
 * A disk that is to be served. It is opened when a client first asks for it.
 *
 * @param name of its export; its partitions are {@code NAME/p1} and so on, or {@code p1} if the name is empty
 * @param description for people who list the exports
 * @param source opens it, for reading or for writing
 * @since 0.1
 */
public record ServedDisk(String name, String description, Source source) {
    /** Opens a disk; the server closes it. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens the disk anew.
         *
         * @return the open disk, which the server closes
         * @throws IOException if it can't be opened; the client then gets an error
         */
        VirtualDisk open() throws IOException;
    }

    /** What partition {@code number} is called. */
    String partitionName(int number) {
        return name.isEmpty() ? "p" + number : name + "/p" + number;
    }
}

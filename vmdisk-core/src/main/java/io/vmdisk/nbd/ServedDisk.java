package io.vmdisk.nbd;

import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;

/**
 * A disk that is to be served, opened when a client first asks for it.
 *
 * @param name of its export; its partitions are {@code NAME/p1} and so on, without a name {@code p1}
 * @param description for people who list the exports
 * @param source opens it, for reading or for writing
 * @since 0.1
 */
public record ServedDisk(String name, String description, Source source) {
    /** Opens a disk; the server closes it. */
    @FunctionalInterface
    public interface Source {
        /** Opens it anew. */
        VirtualDisk open() throws IOException;
    }

    /** What partition {@code number} is called. */
    String partitionName(int number) {
        return name.isEmpty() ? "p" + number : name + "/p" + number;
    }
}

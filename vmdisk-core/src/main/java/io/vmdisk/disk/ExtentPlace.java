package io.vmdisk.disk;

import io.vmdisk.Sector;
import io.vmdisk.descriptor.ExtentLine;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One extent as the descriptor names it, and the file that the name means.
 *
 * <p>Immutable.
 *
 * @param start the disk's byte at which it begins
 * @param line the descriptor's line
 * @param path the file, or null if the line names none or one that can't be a file here
 * @since 0.1
 */
public record ExtentPlace(
        long start, ExtentLine line, @Nullable Path path) {
    /** Bytes of a sector. */
    public static final int SECTOR = Sector.BYTES;

    /** {@return how many bytes of the disk it covers, a multiple of 512} */
    public long length() {
        return line.sectors() * SECTOR;
    }

    /** {@return the file; empty if the line names none or one that can't be a file here} */
    public Optional<Path> file() {
        return Optional.ofNullable(path);
    }
}

package io.vmdisk.format;

import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.cowd.CowdFormat;
import io.vmdisk.extent.hosted.HostedFormat;
import io.vmdisk.extent.sesparse.SeSparseFormat;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.look.FileStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The registry of sparse formats. Which one a file has is said by its first bytes, never by the words of a descriptor,
 * since other tools mix those up.
 */
public final class Formats {
    /** A line for each. */
    private static final List<SparseFormat> ALL = List.of(
            new HostedFormat(), //
            new CowdFormat(),
            new SeSparseFormat());

    private Formats() {}

    /** All of them. */
    public static List<SparseFormat> all() {
        return ALL;
    }

    /** The format of a file, if it is sparse. */
    public static Optional<SparseFormat> of(BlockFile file) throws IOException {
        return of(FileStart.of(file));
    }

    /** The format of a file that begins so. */
    public static Optional<SparseFormat> of(ByteBuffer start) {
        return ALL.stream().filter(format -> format.hasMagic(start)).findFirst();
    }

    /**
     * The format of a file that a descriptor calls sparse.
     *
     * @throws MalformedFileException ({@code magic}) if it is none of them
     */
    public static SparseFormat require(BlockFile file) throws IOException {
        return of(file).orElseThrow(() -> new MalformedFileException(
                "magic",
                file.path(),
                0,
                "the descriptor calls this a sparse extent, but it does not begin like one",
                "copy the file again, or correct the descriptor"));
    }

    /** The format of a disk format's extents, by its word; empty for those that are flat, or streams. */
    public static Optional<SparseFormat> ofDiskFormat(String word) {
        return ALL.stream()
                .filter(format -> format.diskFormats().contains(word))
                .findFirst();
    }

    /** The format that a word of extent lines stands for, if it is sparse. */
    public static Optional<SparseFormat> ofExtentWord(String word) {
        return ALL.stream().filter(format -> format.extentWord().equals(word)).findFirst();
    }
}

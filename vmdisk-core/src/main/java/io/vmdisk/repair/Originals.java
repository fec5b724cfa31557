package io.vmdisk.repair;

import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Keeps what a repair is going to overwrite, as {@code FILE.orig}.
 *
 * <p>Of a descriptor that is its text, of a sparse file its first bytes up to the last table, at their own places: guest
 * data is never overwritten, so it need not be kept. An original that is there already stays.
 */
public final class Originals {
    private static final String SUFFIX = ".orig";
    private static final int COPY_BYTES = 1 << 20;

    private Originals() {}

    /** The name under which the original of a file will be kept. */
    public static Path nameFor(Volume volume, Path file) {
        Path name = file.resolveSibling(file.getFileName() + SUFFIX);
        for (int i = 2; volume.taken(name); i++) {
            name = file.resolveSibling(file.getFileName() + SUFFIX + i);
        }
        return name;
    }

    /** The bytes of a link's descriptor as they stand. */
    static byte[] descriptor(Volume volume, DiskLink link) throws IOException {
        if (link.place() instanceof DescriptorPlace.Embedded area) {
            return bytes(volume, link.path(), area.offset(), area.length());
        }
        return volume.readAll(link.path(), 1 << 20);
    }

    /** Some bytes of a file. */
    static byte[] bytes(Volume volume, Path path, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            file.readFully(offset, ByteBuffer.wrap(bytes));
        }
        return bytes;
    }

    /** Keeps the first bytes of a file under another name, holes left out, durably. */
    static void keepHead(Volume volume, BlockFile file, long bytes, Path kept) throws IOException {
        try (BlockFile copy = volume.createLike(kept, file.path())) {
            copy.setSize(bytes);
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = file.nextData(0); at < bytes; ) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, bytes - at));
                int count = file.read(at, buffer);
                if (count == 0) {
                    break;
                }
                copy.writeFully(at, buffer.flip());
                at = file.nextData(at + count);
            }
            copy.force();
        }
        volume.forceNames(AtomicName.folderOf(kept));
    }
}

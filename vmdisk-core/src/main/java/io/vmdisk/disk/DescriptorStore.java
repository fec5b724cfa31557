package io.vmdisk.disk;

import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts a changed descriptor in place of a link's present one, durably.
 *
 * <p>A separate file is replaced by rename: there is the old text or the new, and nothing between. An embedded
 * descriptor is overwritten, and only the bytes that differ; {@link OneSectorEdit} puts these into one sector where
 * possible.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DescriptorStore {
    private DescriptorStore() {}

    /**
     * Replaces the descriptor of a link. A link without a descriptor stays as it is.
     *
     * @param volume has the files
     * @param link the link, as it is now
     * @param changed the new text
     * @throws io.vmdisk.LimitExceededException if an embedded descriptor would not fit into its area; nothing has
     *     changed then
     * @throws IOException if the file can't be read or written
     */
    public static void replace(Volume volume, DiskLink link, Descriptor changed) throws IOException {
        if (link.place() instanceof DescriptorPlace.Separate) {
            volume.replace(volume.followed(link.path()), changed.toBytes());
        } else if (link.place() instanceof DescriptorPlace.Embedded area) {
            byte[] bytes = changed.toEmbedded(area.length());
            try (BlockFile file = volume.open(link.path(), OpenMode.WRITE)) {
                writeDifference(file, area, bytes);
                file.force();
            }
        }
    }

    private static void writeDifference(BlockFile file, DescriptorPlace.Embedded area, byte[] changed)
            throws IOException {
        byte[] present = new byte[area.length()];
        file.readFully(area.offset(), ByteBuffer.wrap(present));
        byte[] wanted = OneSectorEdit.of(present, changed);
        int first = Arrays.mismatch(present, wanted);
        if (first < 0) {
            return;
        }
        int last = wanted.length - 1;
        while (present[last] == wanted[last]) {
            last--;
        }
        file.writeFully(area.offset() + first, ByteBuffer.wrap(wanted, first, last - first + 1));
    }
}

package io.vmdisk.cli.line;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Makes the files that users name for an answer; none that exists is ever touched. */
public final class NewFile {
    private NewFile() {}

    /** Refuses a new disk in a folder that is not there: more likely a slip than a wish for another folder. */
    public static void requireFolder(Path disk) throws IOException {
        Path folder = disk.getParent();
        if (folder != null && !Volume.system().exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
    }

    /** Refuses a delta that ends before its parent does: no tool can merge it later. */
    public static void requireReach(Path delta, long bytes, Path parent, String remedy) throws IOException {
        long below = capacityOf(parent);
        if (bytes < below) {
            throw new UnsafeStateException(
                    "smaller-than-parent",
                    delta,
                    "a delta of " + bytes + " bytes would cut off the end of its parent, which has " + below,
                    remedy);
        }
    }

    /** Bytes of a disk. */
    public static long capacityOf(Path disk) throws IOException {
        return DiskChain.of(disk, OpenOptions.readOnly()).top().capacity();
    }

    /** An empty one. */
    public static BlockFile create(Path file) throws IOException {
        Volume volume = Volume.system();
        if (volume.taken(file)) {
            throw new UnsafeStateException("exists", file, "the file is there already", "name another, or remove it");
        }
        return volume.open(file, OpenMode.CREATE);
    }

    /** One with these bytes. */
    public static void write(Path file, byte[] bytes) throws IOException {
        try (BlockFile target = create(file)) {
            target.writeFully(0, ByteBuffer.wrap(bytes));
            target.force();
        }
    }
}

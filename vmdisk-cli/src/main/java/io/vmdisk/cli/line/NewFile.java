package io.vmdisk.cli.line;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Makes the files that users name for an answer; none that exists is ever touched. */
public final class NewFile {
    private NewFile() {}

    /** Reads the name of a new file, of which a folder's is none. */
    public static final class Name implements ITypeConverter<Path> {
        @Override
        public Path convert(String text) {
            require(text);
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new TypeConversionException(DiskArgument.unsayable(text));
            }
        }
    }

    /**
     * Refuses a word that is no name of a new file.
     *
     * @throws UsageException if it names nothing, or a folder
     */
    public static void requireName(String typed) {
        try {
            require(typed);
        } catch (TypeConversionException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void require(String typed) {
        if (typed.isEmpty()) {
            throw new TypeConversionException("the name is empty");
        }
        if (typed.endsWith("/") || typed.endsWith(File.separator)) {
            throw new TypeConversionException("'" + typed + "' is the name of a folder: a new file in it has its own");
        }
    }

    /** Refuses a new disk in a folder that is not there: more likely a slip than a wish for another folder. */
    public static void requireFolder(Path disk) throws IOException {
        Path folder = disk.getParent();
        if (folder != null && !Volume.system().exists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (folder != null && Volume.system().facts(folder).kind() != FileFacts.Kind.FOLDER) {
            throw new NotDirectoryException(folder.toString());
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

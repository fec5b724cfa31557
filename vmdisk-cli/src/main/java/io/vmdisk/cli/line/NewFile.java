package io.vmdisk.cli.line;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.make.StagedFile;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Makes the files that users name for an answer; none that exists is ever touched. */
public final class NewFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private NewFile() {}

    /** Reads the name of a new file, of which a folder's is none. */
    public static final class Name extends PicocliConverter<Path> {
        public Name() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<Path> {
            @Override
            public Path convert(String text) {
                require(text);
                try {
                    return Path.of(text);
                } catch (InvalidPathException e) {
                    throw new WordException(DiskArgument.unsayable(text));
                }
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
        } catch (WordException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void require(String typed) {
        if (typed.isEmpty()) {
            throw new WordException("the name is empty");
        }
        if (typed.endsWith("/") || typed.endsWith(File.separator)) {
            throw new WordException("'" + typed + "' is the name of a folder: a new file in it has its own");
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

    /** Refuses a name that a file has already. */
    public static void refuseTaken(Path file) throws IOException {
        StagedFile.refuseTaken(file, Volume.system());
    }

    /** An empty one. */
    public static BlockFile create(Path file) throws IOException {
        refuseTaken(file);
        return Volume.system().open(file, OpenMode.CREATE);
    }

    /** What is written into a new file. */
    public interface Content {
        void write(OutputStream out) throws IOException;
    }

    /**
     * One that has its name only when it is whole and durable. Content that fails leaves nothing, and of two who make a
     * file of one name at once one is refused.
     *
     * @param content told while it is found, so that it need not fit into memory
     */
    public static void publish(Path file, Content content) throws IOException {
        try (StagedFile staged = StagedFile.create(file, Volume.system())) {
            OutputStream out = new BufferedOutputStream(new FileEnd(staged.file()), BUFFER_BYTES);
            content.write(out);
            out.flush();
            staged.publish();
        }
    }

    /** Appends. */
    private static final class FileEnd extends OutputStream {
        private final BlockFile file;
        private long end;

        FileEnd(BlockFile file) {
            this.file = file;
        }

        @Override
        public void write(int unsigned) throws IOException {
            write(new byte[] {(byte) unsigned}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            file.writeFully(end, ByteBuffer.wrap(bytes, from, length));
            end += length;
        }
    }

    /** One with these bytes, whole or not at all. */
    public static void write(Path file, byte[] bytes) throws IOException {
        publish(file, out -> out.write(bytes));
    }
}

package io.vmdisk.repair;

import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileKind;
import io.vmdisk.storage.look.FileStart;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.StreamImport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Makes a new disk of all whole grains of a stream-optimised file that was cut or is damaged; the rest is zeros. */
public final class StreamSalvage {
    private static final int BUFFER_BYTES = 1 << 16;

    private StreamSalvage() {}

    /**
     * Saves what can be read. Meanwhile nobody may change the file.
     *
     * @param target the new disk, which must not exist
     * @return which ranges are lost, and what was odd
     * @throws io.vmdisk.UnsafeStateException {@code locked} if somebody writes to it
     */
    public static Imported run(Path stream, Path target, DiskFormat format, Volume volume, Progress progress)
            throws IOException {
        Closeable still = new FileLocks(volume).read(stream).take();
        try (still;
                BlockFile file = volume.open(stream, OpenMode.READ);
                InputStream bytes = new FileBytes(file)) {
            requireStream(file);
            StreamImport saved = StreamImport.open(bytes, stream, StreamImport.Damage.SALVAGE);
            return saved.into(target, saved.copyAs(format), Pipeline.defaultThreads(), volume, progress);
        }
    }

    /** A stream may have lost its first bytes, but then it does not begin like something else. */
    private static void requireStream(BlockFile file) throws IOException {
        ByteBuffer start = FileStart.of(file);
        FileKind kind = FileKind.of(String.valueOf(file.path().getFileName()), start);
        if (kind == FileKind.DISK && !StreamImport.mayBegin(start)) {
            throw new UnsupportedFeatureException(
                    "not-a-stream",
                    file.path(),
                    "this is a disk, but not a stream-optimised one",
                    Remedy.of(Kind.CONVERT).and(" copies it, ").with(Kind.CHECK).and(" tells what is wrong with it"));
        }
        if (kind != FileKind.DISK && kind.wayOn(file.path()).isPresent()) {
            throw kind.insteadOf("a disk", file.path());
        }
    }

    /** A file from its first byte to its last. */
    private static final class FileBytes extends InputStream {
        private final BlockFile file;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        private long at;

        FileBytes(BlockFile file) {
            this.file = file;
        }

        private boolean isAtEnd() throws IOException {
            if (!buffer.hasRemaining()) {
                at += file.read(at, buffer.clear());
                buffer.flip();
            }
            return !buffer.hasRemaining();
        }

        @Override
        public int read() throws IOException {
            return isAtEnd() ? -1 : Byte.toUnsignedInt(buffer.get());
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (isAtEnd()) {
                return -1;
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(into, from, count);
            return count;
        }
    }
}

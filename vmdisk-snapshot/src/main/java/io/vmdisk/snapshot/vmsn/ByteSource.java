package io.vmdisk.snapshot.vmsn;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.BlockFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The readable half of a file, plain or decrypted on the way. Safe for many threads. */
interface ByteSource extends Closeable {
    Path path();

    long size() throws IOException;

    /** Reads what is there: fewer bytes than asked only at the end, 0 past it. */
    int read(long at, ByteBuffer into) throws IOException;

    /** The first byte at or behind {@code at} that may hold data; the size if only holes follow. */
    long nextData(long at) throws IOException;

    /** The first byte at or behind {@code at} that lies in a hole; the size if none is known. */
    long nextHole(long at) throws IOException;

    default void readFully(long at, ByteBuffer into) throws IOException {
        int wanted = into.remaining();
        int got = at < 0 ? 0 : read(at, into);
        if (got < wanted) {
            throw new MalformedFileException(
                    "truncated",
                    path(),
                    at,
                    "the file ends after " + size() + " bytes, " + wanted + " bytes are needed here",
                    "copy the file again if a whole one exists");
        }
    }

    /** Adopts {@code file}. */
    static ByteSource of(BlockFile file) {
        return new ByteSource() {
            @Override
            public Path path() {
                return file.path();
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(long at, ByteBuffer into) throws IOException {
                return file.read(at, into);
            }

            @Override
            public long nextData(long at) throws IOException {
                return file.nextData(at);
            }

            @Override
            public long nextHole(long at) throws IOException {
                return file.nextHole(at);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}

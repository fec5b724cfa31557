package io.vmdisk.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system can do with a file and the JDK can't ask for: the Java 17 twin, which can do none of it.
 *
 * <p>On JDK 22 and later the class of the same name in the multi-release part of the jar takes this one's place; both
 * have the same methods.
 */
final class NativeFile {
    private static final NativeFile NONE = new NativeFile();

    private NativeFile() {}

    /**
     * Opens the file that has this name, if it is still the one with this key; what can't be opened can do nothing.
     *
     * @param key the file's key when the channel was opened, or null if there is none
     */
    static NativeFile open(Path path, boolean writable, @Nullable Object key) throws IOException {
        return NONE;
    }

    /** Makes a file without a name, which is gone when it is closed; what can't be made can do nothing. */
    static NativeFile unnamed(Path folder) {
        return NONE;
    }

    /** Whether this is the tier that can. */
    static boolean available() {
        return false;
    }

    /** Links what all calls go through, as the first of them would. */
    static void link() {}

    /** As {@link BlockFile#nextData}; -1 if unknown, {@link Long#MAX_VALUE} if only a hole follows. */
    long nextData(long at) throws IOException {
        return -1;
    }

    /** As {@link BlockFile#nextHole}; -1 if unknown. */
    long nextHole(long at) throws IOException {
        return -1;
    }

    boolean punch(long at, long length) throws IOException {
        return false;
    }

    /** Whether blocks of that file could be this one's; a question that changes nothing. */
    boolean sharesWith(NativeFile from) throws IOException {
        return false;
    }

    /** The same, asked of one that has no name. */
    boolean unnamedSharesWith(NativeFile from, long size) throws IOException {
        return false;
    }

    boolean share(long at, NativeFile from, long start, long length) throws IOException {
        return false;
    }

    /** Begins to write back what was written; nobody waits for it, and what goes wrong the next force says. */
    void startWriteBack() throws IOException {}

    boolean allocate(long at, long length) throws IOException {
        return false;
    }

    /** Bytes that the file of this name takes in its file system; -1 if unknown or if it is not the one with this key. */
    static long allocatedBytes(Path path, @Nullable Object key) {
        return -1;
    }

    /** As {@link BlockFile#sharedBytes}. */
    long sharedBytes() throws IOException {
        return -1;
    }

    void close() {}

    // Named as the twin's: JDKs archive a class of a versioned folder only where the jar has one of that name outside
    // it.
    static final class Platform {}

    static final class Memory {}

    static final class Errno {}

    static final class Function {}
}

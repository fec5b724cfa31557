package io.vmdisk.testkit;

import io.vmdisk.storage.OpenMode;
import java.nio.file.Path;

/** One call that {@link RecordingVolume} saw succeed. {@link #toString} is short, for the names of crash points. */
public sealed interface Call {
    /** A file, whatever it is called by then: its first name, and the call that created it, 0 if it was there before. */
    record FileId(Path bornAs, int birth) {}

    /** A call that changes a file's content or size, and is lost in a crash unless a {@link Force} follows. */
    sealed interface Change extends Call permits Write, SetSize, Punch {
        /** The file that is changed. */
        FileId file();
    }

    /** A call that changes names, and is lost in a crash unless {@link ForceNames} of each folder follows. */
    sealed interface NameChange extends Call permits Create, CreateFolder, Rename, Delete {}

    /** An existing file was opened. */
    record Open(FileId file, Path path, OpenMode mode) implements Call {
        @Override
        public String toString() {
            return "open " + path.getFileName() + " " + mode;
        }
    }

    /** A file was closed. */
    record Close(FileId file, Path path) implements Call {
        @Override
        public String toString() {
            return "close " + path.getFileName();
        }
    }

    /** Bytes were written. */
    record Write(FileId file, Path path, long at, byte[] bytes) implements Change {
        @Override
        public String toString() {
            return "write " + path.getFileName() + "@" + at + "+" + bytes.length;
        }
    }

    /** The length was set. */
    record SetSize(FileId file, Path path, long size) implements Change {
        @Override
        public String toString() {
            return "setSize " + path.getFileName() + "=" + size;
        }
    }

    /** A range was given back. */
    record Punch(FileId file, Path path, long at, long length) implements Change {
        @Override
        public String toString() {
            return "punch " + path.getFileName() + "@" + at + "+" + length;
        }
    }

    /** A file's bytes and size became durable. */
    record Force(FileId file, Path path) implements Call {
        @Override
        public String toString() {
            return "force " + path.getFileName();
        }
    }

    /** A new file got a name. */
    record Create(FileId file, Path path) implements NameChange {
        @Override
        public String toString() {
            return "create " + path.getFileName();
        }
    }

    /** A new folder got a name. */
    record CreateFolder(Path path) implements NameChange {
        @Override
        public String toString() {
            return "createFolder " + path.getFileName();
        }
    }

    /** A file got another name. */
    record Rename(FileId file, Path from, Path to) implements NameChange {
        @Override
        public String toString() {
            return "rename " + from.getFileName() + "->" + to.getFileName();
        }
    }

    /** A file or folder lost its name. */
    record Delete(Path path) implements NameChange {
        @Override
        public String toString() {
            return "delete " + path.getFileName();
        }
    }

    /** The names in a folder became durable. */
    record ForceNames(Path folder) implements Call {
        @Override
        public String toString() {
            return "forceNames " + folder.getFileName();
        }
    }
}

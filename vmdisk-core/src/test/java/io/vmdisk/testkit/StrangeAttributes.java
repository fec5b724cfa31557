package io.vmdisk.testkit;

import io.vmdisk.testkit.StrangeFileSystem.Habit;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What a file system with bad habits tells of a file. */
final class StrangeAttributes implements BasicFileAttributes {
    private final StrangeFileSystem files;
    private final BasicFileAttributes real;

    StrangeAttributes(StrangeFileSystem files, BasicFileAttributes real) {
        this.files = files;
        this.real = real;
    }

    @Override
    public FileTime lastModifiedTime() {
        return real.lastModifiedTime();
    }

    @Override
    public FileTime lastAccessTime() {
        return real.lastAccessTime();
    }

    @Override
    public FileTime creationTime() {
        return real.creationTime();
    }

    @Override
    public boolean isRegularFile() {
        return real.isRegularFile();
    }

    @Override
    public boolean isDirectory() {
        return real.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return real.isSymbolicLink();
    }

    @Override
    public boolean isOther() {
        return real.isOther();
    }

    @Override
    public long size() {
        return files.size(real.size());
    }

    @Override
    public @Nullable Object fileKey() {
        return files.has(Habit.NO_IDENTITY) ? null : real.fileKey();
    }
}

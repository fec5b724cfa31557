package io.vmdisk.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;

/** A folder held open: changes go to it and not to whatever has its name by then. */
final class SecureFolder implements HeldFolder {
    private final Path folder;
    private final SecureDirectoryStream<Path> held;

    private SecureFolder(Path folder, SecureDirectoryStream<Path> held) {
        this.folder = folder;
        this.held = held;
    }

    /** Empty where the file system has no way to hold a folder open. */
    @SuppressWarnings("StreamResourceLeak") // what is given back keeps it open
    static Optional<HeldFolder> open(Path root, Path folder) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(root);
        if (!(stream instanceof SecureDirectoryStream<Path> top)) {
            stream.close();
            return Optional.empty();
        }
        Path at = root;
        SecureDirectoryStream<Path> held = top;
        for (Path name : Confinement.below(root, folder)) {
            at = at.resolve(name);
            try (SecureDirectoryStream<Path> above = held) {
                held = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            } catch (NoSuchFileException e) {
                throw e;
            } catch (FileSystemException e) {
                // A link, or no folder: the JDK tells these apart by the system's words only.
                Entry.Kind kind = NioVolume.INSTANCE.entry(at).map(Entry::kind).orElseThrow(() -> e);
                if (kind == Entry.Kind.FOLDER) {
                    throw e;
                }
                throw Confinement.notAFolder(at, kind);
            }
        }
        return Optional.of(new SecureFolder(folder, held));
    }

    private BasicFileAttributes attributes(String name) throws IOException {
        return held.getFileAttributeView(
                        folder.getFileSystem().getPath(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    @Override
    public BlockFile open(String name, OpenMode mode) throws IOException {
        Path path = folder.resolve(name);
        Set<OpenOption> options = mode == OpenMode.CREATE
                ? Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        LinkOption.NOFOLLOW_LINKS)
                : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (mode != OpenMode.CREATE && !attributes(name).isRegularFile()) {
            throw Confinement.notAFile(path);
        }
        SeekableByteChannel channel = held.newByteChannel(folder.getFileSystem().getPath(name), options);
        try {
            return new NioBlockFile(path, channel, true, attributes(name).fileKey(), NioVolume.INSTANCE.locks());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void rename(String name, HeldFolder to, String newName) throws IOException {
        SecureFolder target = (SecureFolder) to;
        held.move(
                folder.getFileSystem().getPath(name),
                target.held,
                target.folder.getFileSystem().getPath(newName));
    }

    @Override
    public void delete(String name) throws IOException {
        Path entry = folder.getFileSystem().getPath(name);
        try {
            if (attributes(name).isDirectory()) {
                held.deleteDirectory(entry);
            } else {
                held.deleteFile(entry);
            }
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(folder.resolve(name).toString());
        } catch (NotDirectoryException e) {
            throw new NotDirectoryException(folder.resolve(name).toString());
        }
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}

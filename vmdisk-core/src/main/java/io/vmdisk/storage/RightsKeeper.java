package io.vmdisk.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a new file the rights of another, its model: owner and group first, then access lists and attributes, the mode
 * last, so that at no moment anybody may do more with it than with the model. It is made for its owner alone.
 *
 * <p>What the system refuses is left out, on the safe side: with another owner or group than the model's, the group may do
 * no more than all may. Times are not kept: the time of a change is that of the change.
 */
final class RightsKeeper {
    /** Attributes beyond this are somebody's data, not a word about the file. */
    private static final int MAX_ATTRIBUTE_BYTES = 64 << 10;

    /** Texts of VMware's have some KiB; what is larger is a disk's data. */
    private static final long MAX_COPIED_BYTES = 1 << 20;

    private RightsKeeper() {}

    /** What a file is made with that gets rights later: none but the owner's, where the file system has modes. */
    static FileAttribute<?>[] narrow(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Makes an empty file by copying a small model in a folder that nobody else may enter: POSIX access lists are not shown
     * by Java, but a copy takes them along.
     *
     * @return whether it was made; false where a copy is too large, or not possible, and then there is no file
     * @throws FileAlreadyExistsException if the name is taken
     */
    static boolean copyEmpty(Path model, Path file) throws IOException {
        PosixFileAttributeView modes = view(model, PosixFileAttributeView.class);
        if (modes == null || !Provider.isDefault(file) || !mayHaveAccessList(modes.readAttributes())) {
            return false;
        }
        Path shelter;
        try {
            shelter = Shelter.make(AtomicName.folderOf(file));
        } catch (IOException e) {
            // Whoever makes the file there tells why it can't be.
            return false;
        }
        Path copy = Shelter.copyIn(shelter);
        try {
            Files.copy(model, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            FileChannel.open(copy, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
            keep(model, copy);
            Files.createLink(file, copy);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // No hard links here, or a file that its owner may not write: what Java shows is kept all the same.
            return false;
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(shelter);
        }
    }

    /** The mask of a list stands in the place of the group's mode. */
    private static boolean mayHaveAccessList(PosixFileAttributes model) {
        Set<PosixFilePermission> group = EnumSet.of(
                PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);
        return model.isRegularFile()
                && model.size() <= MAX_COPIED_BYTES
                && model.permissions().stream().anyMatch(group::contains);
    }

    /** Gives {@code file}, which was made narrow, the rights of {@code model}. */
    static void keep(Path model, Path file) throws IOException {
        copyAttributes(model, file);
        PosixFileAttributeView from = view(model, PosixFileAttributeView.class);
        PosixFileAttributeView to = view(file, PosixFileAttributeView.class);
        if (from != null && to != null) {
            keepModes(from.readAttributes(), to);
        } else {
            keepAccessList(model, file);
        }
    }

    private static void keepModes(PosixFileAttributes model, PosixFileAttributeView file) throws IOException {
        PosixFileAttributes made = file.readAttributes();
        if (!made.group().equals(model.group())) {
            attempt(() -> file.setGroup(model.group()));
        }
        if (!made.owner().equals(model.owner())) {
            attempt(() -> file.setOwner(model.owner()));
        }
        PosixFileAttributes now = file.readAttributes();
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        mode.addAll(model.permissions());
        if (!now.group().equals(model.group())) {
            narrowGroup(mode);
        }
        if (!mode.equals(now.permissions())) {
            file.setPermissions(mode);
        }
    }

    /** Another group than the model's is none of those that the model lets in. */
    private static void narrowGroup(Set<PosixFilePermission> mode) {
        if (!mode.contains(PosixFilePermission.OTHERS_READ)) {
            mode.remove(PosixFilePermission.GROUP_READ);
        }
        if (!mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            mode.remove(PosixFilePermission.GROUP_WRITE);
        }
        if (!mode.contains(PosixFilePermission.OTHERS_EXECUTE)) {
            mode.remove(PosixFilePermission.GROUP_EXECUTE);
        }
    }

    private static void keepAccessList(Path model, Path file) throws IOException {
        FileOwnerAttributeView from = view(model, FileOwnerAttributeView.class);
        FileOwnerAttributeView to = view(file, FileOwnerAttributeView.class);
        if (from != null && to != null && !from.getOwner().equals(to.getOwner())) {
            attempt(() -> to.setOwner(from.getOwner()));
        }
        AclFileAttributeView rules = view(model, AclFileAttributeView.class);
        AclFileAttributeView made = view(file, AclFileAttributeView.class);
        if (rules != null && made != null) {
            made.setAcl(rules.getAcl());
        }
    }

    private static void copyAttributes(Path model, Path file) throws IOException {
        UserDefinedFileAttributeView from = view(model, UserDefinedFileAttributeView.class);
        UserDefinedFileAttributeView to = view(file, UserDefinedFileAttributeView.class);
        if (from == null || to == null) {
            return;
        }
        attempt(() -> {
            for (String name : from.list()) {
                if (from.size(name) <= MAX_ATTRIBUTE_BYTES) {
                    ByteBuffer value = ByteBuffer.allocate(from.size(name));
                    from.read(name, value);
                    to.write(name, value.flip());
                }
            }
        });
    }

    /** The rights of a file, where its file system tells any. */
    static @Nullable FileRights of(Path file) throws IOException {
        PosixFileAttributeView modes = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (modes != null) {
            PosixFileAttributes attributes = modes.readAttributes();
            return new FileRights(
                    attributes.owner().getName(),
                    attributes.group().getName(),
                    PosixFilePermissions.toString(attributes.permissions()));
        }
        FileOwnerAttributeView owner = Files.getFileAttributeView(file, FileOwnerAttributeView.class);
        return owner == null ? null : new FileRights(owner.getOwner().getName(), "", "");
    }

    private static <V extends java.nio.file.attribute.FileAttributeView> @Nullable V view(Path path, Class<V> type) {
        return Files.getFileAttributeView(path, type, LinkOption.NOFOLLOW_LINKS);
    }

    /** Something that this process may not be allowed to do. */
    @FunctionalInterface
    private interface Gift {
        void give() throws IOException;
    }

    /** What was not given shows in {@link #of}; whoever has users tells them. */
    private static void attempt(Gift gift) {
        try {
            gift.give();
        } catch (IOException | UnsupportedOperationException e) {
            // Only the owner's and root's to give, or not of this file system.
        }
    }
}

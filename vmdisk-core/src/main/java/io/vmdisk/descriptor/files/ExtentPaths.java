package io.vmdisk.descriptor.files;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.names.ForeignName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Turns the names in extent lines into paths, without letting a descriptor reach for files that are not the disk's.
 *
 * <p>Judges names only: whoever opens the file makes sure that it is a regular one.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ExtentPaths {
    /** What a name may be, beyond a file in or below the descriptor's folder. */
    public enum Allowance {
        /** A file elsewhere. */
        OUTSIDE_FOLDER,
        /** A device. */
        DEVICE
    }

    private ExtentPaths() {}

    /**
     * The path of an extent in or below the descriptor's folder.
     *
     * @throws VmdiskException if the name is anything else
     */
    public static Path resolve(Path descriptor, String name) throws VmdiskException {
        return resolve(descriptor, name, Set.of());
    }

    /**
     * The path of an extent. URIs, network shares of other hosts than the descriptor's, and control characters are never
     * allowed.
     *
     * @param allowed what the user agreed to
     */
    public static Path resolve(Path descriptor, String name, Set<Allowance> allowed) throws VmdiskException {
        checkLetters(descriptor, name);
        if (ForeignName.isUri(name)) {
            throw new UnsupportedFeatureException(
                    "extent-uri", descriptor, "the extent '" + name + "' is an address, not a file");
        }
        boolean windows = descriptor.getFileSystem().getSeparator().equals("\\");
        if (ForeignName.isDevice(name) || (windows && ForeignName.isWindowsDevice(name))) {
            if (!allowed.contains(Allowance.DEVICE)) {
                throw device(descriptor, name);
            }
            return path(descriptor, name);
        }
        boolean outside = allowed.contains(Allowance.OUTSIDE_FOLDER);
        if (!outside && (ForeignName.isAbsolute(name) || ForeignName.climbs(name))) {
            throw outside(descriptor, name);
        }
        Path folder = folderOf(descriptor);
        Path resolved = folder.resolve(path(descriptor, name)).normalize();
        boolean inside = resolved.startsWith(folder) && !resolved.equals(folder);
        boolean foreignShare = ForeignName.isShare(name) && windows && !resolved.startsWith(rootOf(folder));
        if (foreignShare || (!inside && !outside)) {
            throw outside(descriptor, name);
        }
        if (!inside && ForeignName.isDevice(resolved.toString())) {
            throw device(descriptor, name);
        }
        return resolved;
    }

    static Path folderOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    static Path rootOf(Path absolute) {
        Path root = absolute.getRoot();
        return root == null ? absolute : root;
    }

    private static void checkLetters(Path descriptor, String name) throws MalformedFileException {
        if (name.isEmpty() || ForeignName.hasControls(name)) {
            throw new MalformedFileException(
                    "extent-name",
                    descriptor,
                    -1,
                    "the file name of an extent is empty or has control characters",
                    "write the name of the file into the extent line");
        }
    }

    private static Path path(Path descriptor, String name) throws MalformedFileException {
        try {
            return descriptor.getFileSystem().getPath(name);
        } catch (InvalidPathException e) {
            throw new MalformedFileException(
                    "extent-name",
                    descriptor,
                    -1,
                    "no file here can have the name '" + name + "'",
                    "the letters of names come from the locale: set LC_ALL=C.UTF-8 for this command");
        }
    }

    private static UnsafeStateException device(Path descriptor, String name) {
        return new UnsafeStateException(
                "device", descriptor, "the extent '" + name + "' is a device", "allow devices to read it");
    }

    private static UnsafeStateException outside(Path descriptor, String name) {
        return new UnsafeStateException(
                "outside-folder",
                descriptor,
                "the extent '" + name + "' is not in the descriptor's folder",
                "move the file there and correct the line, or allow other folders");
    }
}

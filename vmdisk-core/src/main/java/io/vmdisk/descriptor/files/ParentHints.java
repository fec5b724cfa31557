package io.vmdisk.descriptor.files;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.names.ForeignName;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says where a parent may be, given what the child remembers: a path of a host that may be gone.
 *
 * <p>Hints are relative or absolute paths of Unix, ESXi or Windows, or {@code [datastore] folder/file}. A parent may lie
 * anywhere, but it is never a device, a URI, or on the network share of another host.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class ParentHints {
    private ParentHints() {}

    /**
     * The places to look, best first: relative to the child's folder, absolute as given, by name in the child's folder,
     * by name in a sibling folder that has the name of the hint's.
     *
     * @throws VmdiskException if the hint is a URI, a device or no name at all
     */
    public static List<Path> candidates(Path child, String hint) throws VmdiskException {
        check(child, hint);
        Set<Path> places = new LinkedHashSet<>();
        Path folder = ExtentPaths.folderOf(child);
        String inDatastore = behindDatastore(hint);
        boolean datastore = inDatastore.length() != hint.length();
        if (!datastore && !ForeignName.isAbsolute(hint)) {
            relative(folder, hint, places);
        }
        if (datastore) {
            String name = hint.substring(1, hint.indexOf(']'));
            absolute(folder, "/vmfs/volumes/" + name + '/' + inDatastore, places);
        } else if (ForeignName.isAbsolute(hint)) {
            absolute(folder, hint, places);
        }
        String fileName = ForeignName.lastPart(inDatastore);
        path(folder, fileName).map(folder::resolve).ifPresent(places::add);
        Path above = folder.getParent();
        Optional<String> sibling = ForeignName.lastFolder(inDatastore);
        if (above != null && sibling.isPresent()) {
            path(folder, sibling.get())
                    .map(above::resolve)
                    .flatMap(beside -> path(folder, fileName).map(beside::resolve))
                    .ifPresent(places::add);
        }
        places.removeIf(place -> !isFileOf(folder, place));
        return List.copyOf(places);
    }

    private static void check(Path child, String hint) throws VmdiskException {
        String name = ForeignName.lastPart(hint);
        if (name.isEmpty() || name.equals(".") || name.equals("..") || ForeignName.hasControls(hint)) {
            throw new MalformedFileException(
                    "parent-hint",
                    child,
                    -1,
                    "the parentFileNameHint names no file or has control characters",
                    "write the parent's path into it, or name the parent");
        }
        boolean windows = child.getFileSystem().getSeparator().equals("\\");
        boolean device = ForeignName.isDevice(hint) || (windows && ForeignName.isWindowsDevice(hint));
        if (device || ForeignName.isUri(hint)) {
            throw new UnsupportedFeatureException(
                    "parent-hint",
                    child,
                    "the parent '" + hint + "' is " + (device ? "a device" : "an address") + ", not a file",
                    "name a file as the parent");
        }
    }

    /** What follows {@code [datastore]}, or all of a hint that names none. */
    private static String behindDatastore(String hint) {
        int close = hint.indexOf(']');
        boolean named = hint.startsWith("[") && close > 1 && hint.lastIndexOf('/', close) < 0;
        if (!named || hint.length() < close + 3 || hint.charAt(close + 1) != ' ') {
            return hint;
        }
        return hint.substring(close + 2).stripLeading();
    }

    private static void relative(Path folder, String hint, Set<Path> places) {
        path(folder, hint).map(folder::resolve).map(Path::normalize).ifPresent(places::add);
        String separator = folder.getFileSystem().getSeparator();
        if (separator.equals("/") && hint.indexOf('\\') >= 0) {
            path(folder, hint.replace('\\', '/'))
                    .map(folder::resolve)
                    .map(Path::normalize)
                    .ifPresent(places::add);
        }
    }

    /** Adds a path that this file system takes for absolute and that leads to no other host. */
    private static void absolute(Path folder, String hint, Set<Path> places) {
        path(folder, hint)
                .filter(Path::isAbsolute)
                .map(Path::normalize)
                .filter(place -> !ForeignName.isShare(place.toString()) || place.startsWith(ExtentPaths.rootOf(folder)))
                .ifPresent(places::add);
    }

    private static boolean isFileOf(Path folder, Path place) {
        return place.getFileName() != null && !folder.equals(place) && !ForeignName.isDevice(place.toString());
    }

    private static Optional<Path> path(Path folder, String name) {
        FileSystem files = folder.getFileSystem();
        try {
            return Optional.of(files.getPath(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The hint to write for a parent: its name alone in the same folder, a path otherwise. */
    public static String hintFor(Path child, Path parent) {
        Path folder = ExtentPaths.folderOf(child);
        Path target = parent.toAbsolutePath().normalize();
        if (folder.equals(target.getParent())) {
            return String.valueOf(target.getFileName());
        }
        if (!ExtentPaths.rootOf(folder).equals(ExtentPaths.rootOf(target))) {
            return target.toString();
        }
        List<String> parts = new ArrayList<>();
        folder.relativize(target).forEach(part -> parts.add(part.toString()));
        return String.join("/", parts);
    }
}

package io.vmdisk.storage;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folders in which something may be changed, by a path that leads there without a symbolic link below them. The
 * folders themselves are what the user named: links on the way to them are followed.
 */
final class Confinement {
    private static final String ABOVE = "..";

    private final List<Path> roots;

    Confinement(List<Path> folders) {
        this.roots = folders.stream().map(Path::toAbsolutePath).distinct().toList();
    }

    /** The named folder that holds a path most closely. */
    Path rootOf(Path path) throws UnsafeStateException {
        Path wanted = path.toAbsolutePath();
        Path nearest = null;
        for (Path root : roots) {
            // The folder itself may be made and removed: its name lies in the one above.
            Path above = wanted.equals(root) ? root.getParent() : root;
            if (above != null
                    && wanted.startsWith(root)
                    && (nearest == null || above.getNameCount() > nearest.getNameCount())) {
                nearest = above;
            }
        }
        if (nearest == null
                || below(nearest, wanted).stream()
                        .anyMatch(name -> name.toString().equals(ABOVE))) {
            throw outside(path);
        }
        return nearest;
    }

    private static UnsafeStateException outside(Path path) {
        return new UnsafeStateException(
                "outside",
                path,
                "it lies outside the folder, and nobody named its own",
                Remedy.say("if it may be changed, name its folder: ").with(Kind.SEARCH));
    }

    /** The names that lead from a folder to one in it. */
    static List<Path> below(Path root, Path folder) {
        List<Path> names = new ArrayList<>();
        if (!folder.equals(root)) {
            root.relativize(folder).forEach(names::add);
        }
        return names;
    }

    static UnsafeStateException notAFolder(Path path, Entry.Kind kind) {
        return new UnsafeStateException(
                "link",
                path,
                "this is " + kind.word() + ", a folder must be here",
                "look where it leads; move it away");
    }

    static UnsafeStateException notAFile(Path path) {
        return new UnsafeStateException(
                "link",
                path,
                "this is a link or something else that is no regular file, and is not followed here",
                "look where it leads; put the file itself in its place");
    }

    /** Refuses anything but a file that has no second name, through which something elsewhere would change. */
    static void requireFile(Path path, Optional<Entry> entry) throws IOException {
        if (entry.isEmpty()) {
            throw new NoSuchFileException(path.toString());
        }
        if (entry.get().kind() != Entry.Kind.FILE) {
            throw notAFile(path);
        }
        if (entry.get().names() > 1) {
            throw new UnsafeStateException(
                    "hard-link",
                    path,
                    "the file has " + entry.get().names() + " names (hard links), and what another name means would"
                            + " change with it",
                    "put a copy in its place");
        }
    }
}

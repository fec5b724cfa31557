package io.vmdisk.remote;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A name in a {@link StoreFileSystem}, by the rules of Unix. An absolute one begins with the store's name in text: {@code
 * https://host/web01/web01.vmdk}.
 */
final class StorePath implements Path {
    private final StoreFileSystem files;
    private final boolean absolute;
    /** Of the empty path one that is empty. */
    private final List<String> names;

    private StorePath(StoreFileSystem files, boolean absolute, List<String> names) {
        this.files = files;
        this.absolute = absolute;
        this.names = names.isEmpty() && !absolute ? List.of("") : names;
    }

    /** Reads a text: the store's name and a path, or a path of Unix. */
    static StorePath parse(StoreFileSystem files, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidPathException(text.replace('\0', ' '), "a name has no NUL");
        }
        String base = files.store().name();
        boolean whole = text.startsWith(base) && text.startsWith("/", base.length());
        String path = whole ? text.substring(base.length()) : text;
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new StorePath(files, path.startsWith("/"), List.copyOf(names));
    }

    /** What the store calls it, once {@code .} and {@code ..} are followed; empty for the root. */
    String key() {
        StorePath whole = (StorePath) toAbsolutePath().normalize();
        return String.join("/", whole.names);
    }

    private boolean isEmpty() {
        return !absolute && names.size() == 1 && names.get(0).isEmpty();
    }

    private StorePath with(boolean isAbsolute, List<String> parts) {
        return new StorePath(files, isAbsolute, List.copyOf(parts));
    }

    private StorePath own(Path other) {
        if (other instanceof StorePath path && path.files == files) {
            return path;
        }
        throw new ProviderMismatchException("a path of another file system");
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    StoreFileSystem files() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (!absolute && names.size() == 1)) {
            return null;
        }
        return with(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int from, int to) {
        if (from < 0 || to > names.size() || from >= to) {
            throw new IllegalArgumentException(from + " to " + to + " of " + names.size());
        }
        return with(false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof StorePath path
                && path.files == files
                && path.absolute == absolute
                && path.names.size() <= names.size()
                && (!path.isEmpty() || isEmpty())
                && names.subList(0, path.names.size()).equals(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof StorePath path) || path.files != files || path.names.size() > names.size()) {
            return false;
        }
        return path.absolute
                ? equals(path)
                : (!path.isEmpty() || isEmpty())
                        && names.subList(names.size() - path.names.size(), names.size())
                                .equals(path.names);
    }

    @Override
    public Path normalize() {
        Deque<String> kept = new ArrayDeque<>();
        for (String name : names) {
            boolean up = name.equals("..");
            if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.equals(".") && !(up && absolute)) {
                kept.add(name);
            }
        }
        return with(absolute, List.copyOf(kept));
    }

    @Override
    public Path resolve(Path other) {
        StorePath path = own(other);
        if (path.absolute || isEmpty()) {
            return path;
        }
        if (path.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(path.names);
        return with(absolute, all);
    }

    @Override
    public Path relativize(Path other) {
        StorePath path = own(other);
        if (path.absolute != absolute) {
            throw new IllegalArgumentException("one path is absolute, the other is not");
        }
        List<String> from = isEmpty() ? List.of() : names;
        List<String> to = path.isEmpty() ? List.of() : path.names;
        int common = 0;
        while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
            common++;
        }
        List<String> way = new ArrayList<>();
        for (int i = common; i < from.size(); i++) {
            way.add("..");
        }
        way.addAll(to.subList(common, to.size()));
        return with(false, way);
    }

    /** For those who want one; it is no address that anybody else could open, as it has nothing that lets one in. */
    @Override
    public URI toUri() {
        StringBuilder text = new StringBuilder(files.provider().getScheme()).append(":/");
        for (byte letter : key().getBytes(StandardCharsets.UTF_8)) {
            boolean plain = letter == '/' || letter == '.' || letter == '-' || letter == '_';
            boolean word = (letter >= '0' && letter <= '9')
                    || (letter >= 'a' && letter <= 'z')
                    || (letter >= 'A' && letter <= 'Z');
            if (plain || word) {
                text.append((char) letter);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", letter & 0xFF));
            }
        }
        return URI.create(text.toString());
    }

    @Override
    public Path toAbsolutePath() {
        return absolute ? this : isEmpty() ? with(true, List.of()) : with(true, names);
    }

    /** Stores have no links; so nothing is asked, not even whether it is there. */
    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        StorePath path = own(other);
        if (absolute != path.absolute) {
            return absolute ? -1 : 1;
        }
        return String.join("\0", names).compareTo(String.join("\0", path.names));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StorePath path
                && path.files == files
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode() * 2 + (absolute ? 1 : 0);
    }

    @Override
    public String toString() {
        String path = String.join("/", names);
        return absolute ? files.store().name() + '/' + path : path;
    }
}

package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one step, preparation or file says of itself in a journal: the keys with its own one before them. For one thread.
 *
 * @since 0.1
 */
public final class JournalPart {
    private final JournalText whole;
    private final String key;

    /** The keys of a journal that begin with {@code key} and a dot. */
    public JournalPart(JournalText whole, String key) {
        this.whole = whole;
        this.key = key;
    }

    /** A part of this part. */
    JournalPart part(String name) {
        return new JournalPart(whole, key(name));
    }

    String key() {
        return key;
    }

    String key(String name) {
        return key + "." + name;
    }

    /** Writes one value. */
    public void set(String name, String value) throws IOException {
        whole.set(key(name), value);
    }

    /** Writes a value if there is one. */
    public void setIfPresent(String name, @Nullable Object value) throws IOException {
        if (value != null) {
            set(name, value.toString());
        }
    }

    /** Writes a number. */
    public void setNumber(String name, long value) throws IOException {
        set(name, Long.toString(value));
    }

    /** Writes the path of a file: within the journal's folder relative to it. */
    public void setPath(String name, Path path) throws IOException {
        Path folder = whole.folder();
        Path absolute = path.toAbsolutePath().normalize();
        set(name, absolute.startsWith(folder) ? folder.relativize(absolute).toString() : absolute.toString());
    }

    /** Writes a map, in the order of its keys. */
    void setMap(String name, Map<String, String> map) throws IOException {
        int index = 0;
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            JournalPart line = part(name + index);
            line.set("key", entry.getKey());
            line.set("value", entry.getValue());
            index++;
        }
    }

    boolean has(String name) {
        return whole.has(key(name));
    }

    /** A value that may be missing. */
    public Optional<String> optional(String name) {
        return whole.optional(key(name));
    }

    /** A value that must be there. */
    public String required(String name) throws MalformedFileException {
        return whole.required(key(name));
    }

    /** A path; never the journal's folder or one above it. */
    public Path path(String name) throws MalformedFileException {
        try {
            Path path = whole.folder().resolve(required(name)).normalize();
            if (whole.folder().startsWith(path)) {
                throw malformed(key(name) + " is no file: " + path);
            }
            return path;
        } catch (InvalidPathException e) {
            throw malformed(key(name) + " is no path here");
        }
    }

    /** A number, 0 or more. */
    public long number(String name) throws MalformedFileException {
        return whole.number(key(name));
    }

    int count(String name) throws MalformedFileException {
        return whole.count(key(name));
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) throws MalformedFileException {
        String word = required(name);
        try {
            return Enum.valueOf(type, word);
        } catch (IllegalArgumentException e) {
            throw malformed("unknown word " + word);
        }
    }

    Map<String, String> map(String name) throws MalformedFileException {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < JournalText.MAX_PARTS && whole.has(key(name + i) + ".key"); i++) {
            JournalPart line = part(name + i);
            map.put(line.required("key"), line.required("value"));
        }
        return map;
    }

    MalformedFileException malformed(String problem) {
        return whole.malformed(problem);
    }
}

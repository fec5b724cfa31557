package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.dictionary.DictionaryEntry;
import io.vmdisk.storage.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code key = "value"} lines of a journal, in parts. Paths are relative to the journal's folder where they can be, so
 * that a folder that was moved can still be recovered. Which keys were asked for is remembered: a text with any key that
 * nobody understands is refused, since what it means could be what keeps the rest from harm. For one thread.
 *
 * @since 0.1
 */
public final class JournalText {
    /** More parts of one kind than any plan has. */
    static final int MAX_PARTS = 100_000;

    /** What can be done about a journal that can't be followed. */
    public static final Remedy WAY_ON =
            Remedy.of(Kind.DROP_JOURNAL).and(" sets it aside and leaves all files as they are");

    private final Dictionary text;
    private final Path folder;
    private final Set<String> known = new HashSet<>();

    /**
     * The lines of the journal in a folder.
     *
     * @param folder absolute and normalised
     */
    public JournalText(Dictionary text, Path folder) {
        this.text = text;
        this.folder = folder;
    }

    /** The journal's folder. */
    public Path folder() {
        return folder;
    }

    /** Writes a line. */
    public void set(String key, String value) throws IOException {
        text.set(key, value);
    }

    boolean has(String key) {
        return text.contains(key);
    }

    long number(String key) throws MalformedFileException {
        known.add(key.toLowerCase(Locale.ROOT));
        long value = text.requireNumber(key);
        if (value < 0) {
            throw malformed(key + " is negative");
        }
        return value;
    }

    /** Refuses keys that nobody has asked for, and lines that are none or say something twice. */
    public void requireNothingElse(Set<String> others) throws MalformedFileException {
        Set<String> all = new HashSet<>();
        for (DictionaryEntry entry : text.entries()) {
            String key = entry.name().toLowerCase(Locale.ROOT);
            if (!all.add(key)) {
                throw malformed(key + " is there twice");
            }
            if (!known.contains(key) && others.stream().noneMatch(key::equalsIgnoreCase) && !key.startsWith(".")) {
                throw malformed("unknown key " + key);
            }
        }
    }

    /** What a key says. */
    public Optional<String> optional(String key) {
        known.add(key.toLowerCase(Locale.ROOT));
        return text.get(key);
    }

    /** What a key says, which must be there. */
    public String required(String key) throws MalformedFileException {
        return optional(key).orElseThrow(() -> malformed(key + " is missing"));
    }

    /** How many parts there are of a kind. */
    public int count(String key) throws MalformedFileException {
        known.add(key.toLowerCase(Locale.ROOT));
        long value = text.requireNumber(key);
        if (value < 0 || value > MAX_PARTS) {
            throw malformed(key + " is " + value);
        }
        return (int) value;
    }

    /** The refusal of this journal. */
    public MalformedFileException malformed(String problem) {
        return malformed(folder.resolve(FolderLock.JOURNAL), problem);
    }

    /** The refusal of a journal. */
    public static MalformedFileException malformed(Path journal, String problem) {
        return new MalformedFileException("journal", journal, -1, "the journal is damaged: " + problem, WAY_ON);
    }
}

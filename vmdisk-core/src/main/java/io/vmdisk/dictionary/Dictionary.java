package io.vmdisk.dictionary;

import com.google.common.base.Ascii;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A lossless document of {@code key = "value"} lines.
 *
 * <p>Bytes that are not set survive exactly: byte order mark, line ends, comments, blanks, spelling, order, duplicates
 * and lines that make no sense. Keys are found in any case of their ASCII letters. If a key is set more than once, the
 * last line counts. Any bytes can be parsed; {@link #problems} reports what may confuse a reader.
 *
 * <p>Mutable, for one thread; {@link #copy} makes an independent document. Values are decoded when asked for, so a
 * large file costs little more than its bytes.
 *
 * @since 0.1
 */
public final class Dictionary {
    /**
     * The largest file that is read, in bytes: 64 MiB. The largest real ones, encrypted configurations, have some
     * hundred KiB.
     */
    public static final int MAX_BYTES = 64 << 20;

    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final @Nullable Path source;
    private byte @Nullable [] original;
    private final byte[] mark;
    private final List<Slot> slots;
    private final Map<String, Slot> effective = new HashMap<>();
    private DictionaryCharset charset;

    private Dictionary(@Nullable Path source, byte @Nullable [] original, byte[] mark, List<Slot> slots) {
        this.source = source;
        this.original = original;
        this.mark = mark;
        this.slots = slots;
        this.charset = CharsetFinder.find(slots);
        index();
    }

    /**
     * A document without lines, which will be UTF-8 with LF.
     *
     * @param source the file that it is meant for, or null
     * @return a new document
     */
    public static Dictionary empty(@Nullable Path source) {
        return new Dictionary(source, null, new byte[0], new ArrayList<>());
    }

    /**
     * Parses any bytes.
     *
     * @param bytes the file's content; it must not be changed afterwards
     * @param source the file it came from, for messages and {@link #save}, or null
     * @return the document
     * @throws LimitExceededException if there are more than {@link #MAX_BYTES} bytes or 262144 lines
     */
    public static Dictionary parse(byte[] bytes, @Nullable Path source) throws LimitExceededException {
        if (bytes.length > MAX_BYTES) {
            throw new LimitExceededException(
                    "file-size", source, bytes.length + " bytes, at most " + MAX_BYTES + " are read");
        }
        boolean marked = bytes.length >= UTF_8_MARK.length
                && Arrays.equals(bytes, 0, UTF_8_MARK.length, UTF_8_MARK, 0, UTF_8_MARK.length);
        byte[] mark = marked ? UTF_8_MARK : new byte[0];
        return new Dictionary(source, bytes, mark, LineSplitter.split(bytes, mark.length, source));
    }

    /**
     * Reads and parses a file.
     *
     * @param volume opens the file
     * @param file the file
     * @return the document
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws LimitExceededException if there are more than {@link #MAX_BYTES} bytes or 262144 lines
     * @throws IOException if the file can't be read
     */
    public static Dictionary read(Volume volume, Path file) throws IOException {
        return parse(volume.readAll(file, MAX_BYTES), file);
    }

    /** {@return an independent document with the same content and the same file} */
    public Dictionary copy() {
        List<Slot> copies = new ArrayList<>(slots.size());
        slots.forEach(slot -> copies.add(slot.copy()));
        return new Dictionary(source, original, mark, copies);
    }

    /** {@return the file that this was read from or is meant for; empty if there is none} */
    public Optional<Path> source() {
        return Optional.ofNullable(source);
    }

    // --- reading -----------------------------------------------------------------------------------------------------

    /**
     * The value of a key.
     *
     * @param name the key, in any case
     * @return the value of the last line that sets it, decoded; empty if it is not set
     */
    public Optional<String> get(String name) {
        Slot slot = effective.get(fold(name));
        return slot == null ? Optional.empty() : Optional.of(valueOf(slot.line));
    }

    /**
     * The value of a key, or another one if it is not set.
     *
     * @param name the key, in any case
     * @param fallback the value to return if the key is not set
     * @return the value of the last line that sets it, decoded, or {@code fallback}
     */
    public String get(String name, String fallback) {
        return get(name).orElse(fallback);
    }

    /**
     * Whether a key is set, if only to the empty value.
     *
     * @param name the key, in any case
     * @return true if a line sets it
     */
    public boolean contains(String name) {
        return effective.containsKey(fold(name));
    }

    /**
     * The value of a key as a decimal number.
     *
     * @param name the key, in any case
     * @return the number; empty if the key is not set or its value is anything else, blanks included
     */
    public OptionalLong number(String name) {
        return get(name).map(DecimalNumber::parse).orElse(OptionalLong.empty());
    }

    /**
     * The value of a key that must be a decimal number.
     *
     * @param name the key, in any case
     * @return the number
     * @throws MalformedFileException if the key is not set or its value is anything else, naming the line
     */
    public long requireNumber(String name) throws MalformedFileException {
        OptionalLong number = number(name);
        if (number.isEmpty()) {
            throw new MalformedFileException(
                    "dictionary-number",
                    source,
                    -1,
                    contains(name)
                            ? "line " + lineOf(name).orElse(0) + ": " + name + " is '" + shortened(get(name, ""))
                                    + "', expected a decimal number"
                            : "the key " + name + " is missing, expected a decimal number");
        }
        return number.getAsLong();
    }

    /**
     * The value of a key as a truth value.
     *
     * @param name the key, in any case
     * @return true for {@code true}, {@code yes}, {@code on} and {@code 1}, false for {@code false}, {@code no},
     *     {@code off} and {@code 0}, in any case; empty if the key is not set or its value is anything else
     */
    public Optional<Boolean> flag(String name) {
        return get(name).flatMap(value -> switch (Ascii.toLowerCase(value)) {
            case "true", "yes", "on", "1" -> Optional.of(true);
            case "false", "no", "off", "0" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /**
     * Where a key gets its value.
     *
     * @param name the key, in any case
     * @return the physical line, from 1, that counts; empty if the key is not set
     */
    public OptionalInt lineOf(String name) {
        Slot slot = effective.get(fold(name));
        return slot == null ? OptionalInt.empty() : OptionalInt.of(slots.indexOf(slot) + 1);
    }

    /** {@return the keys that are set, as the lines that count spell them, in the order of those lines} */
    public List<String> names() {
        List<String> names = new ArrayList<>(effective.size());
        for (Slot slot : slots) {
            if (slot.line.isAssignment()) {
                String name = nameOf(slot.line);
                if (effective.get(fold(name)) == slot) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /**
     * {@return the keys that are set, as spelled, with their values, in the order of the lines that count; a new map}
     */
    public Map<String, String> toMap() {
        return entriesBelow("");
    }

    /**
     * The keys that begin with a prefix, with their values.
     *
     * @param prefix in any case; end it with a dot to mean a subtree: {@code snapshot0.}
     * @return a new map, in the order of the lines that count; the keys are whole and as spelled
     */
    public Map<String, String> entriesBelow(String prefix) {
        String wanted = fold(prefix);
        Map<String, String> found = new LinkedHashMap<>();
        for (Slot slot : slots) {
            if (slot.line.isAssignment()) {
                String name = nameOf(slot.line);
                String key = fold(name);
                if (key.startsWith(wanted) && effective.get(key) == slot) {
                    found.put(name, valueOf(slot.line));
                }
            }
        }
        return found;
    }

    /** {@return every assignment, duplicates that don't count included, in the order of the lines} */
    public List<DictionaryEntry> entries() {
        List<DictionaryEntry> entries = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            DictionaryLine line = slots.get(i).line;
            if (line.isAssignment()) {
                entries.add(new DictionaryEntry(i + 1, nameOf(line), valueOf(line), line.quoted()));
            }
        }
        return entries;
    }

    /** {@return how many physical lines there are} */
    public int lineCount() {
        return slots.size();
    }

    /**
     * A physical line as it stands, decoded, without its end.
     *
     * @param line its number, from 1 to {@link #lineCount}
     * @return the line's text
     * @throws IndexOutOfBoundsException if there is no such line
     */
    public String lineText(int line) {
        DictionaryLine wanted = slots.get(line - 1).line;
        return charset.decode(wanted.bytes(), wanted.start(), wanted.end());
    }

    /**
     * {@return the ways in which lines end, without {@link LineEnd#NONE}; more than one means that the file was edited
     * by different programs}
     */
    public Set<LineEnd> lineEnds() {
        Set<LineEnd> ends = EnumSet.noneOf(LineEnd.class);
        slots.forEach(slot -> ends.add(slot.end));
        ends.remove(LineEnd.NONE);
        return ends;
    }

    /**
     * {@return the charset of the text: the one that {@code .encoding} or {@code encoding} declares, otherwise UTF-8 if
     * all lines are valid in it, otherwise windows-1252; ISO-8859-1 if the declared one is unknown}
     */
    public Charset charset() {
        return charset.charset();
    }

    /** {@return whether the document declares its charset} */
    public boolean declaresCharset() {
        return charset.declared();
    }

    /** {@return what may confuse a reader: first what concerns the whole file, then line by line} */
    public List<DictionaryProblem> problems() {
        return new ProblemFinder(slots, charset).find();
    }

    // --- editing -----------------------------------------------------------------------------------------------------

    /**
     * Whether a text can be a key.
     *
     * @param name the text
     * @return false if it is empty, has a NUL, blank, tab, {@code #}, {@code =} or line end, or begins with a byte
     *     order mark
     */
    public static boolean isLegalName(String name) {
        if (name.isEmpty() || name.charAt(0) == '\uFEFF') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == 0 || " \t#=\r\n".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives a key a value. A line that has the value already stays as it is. Otherwise only the value in the line that
     * counts is rewritten, in quotes, and a comment after it stays. A new key goes to the end of the document, or, if
     * it begins with a dot, to the others of its kind at the front. The first text beyond ASCII makes a document
     * without a declared charset declare it.
     *
     * @param name the key, in any case
     * @param value the value, decoded; quotes, pipes and control characters are escaped
     * @throws UnsupportedFeatureException if the document's charset lacks a character
     * @throws IllegalArgumentException if {@code name} cannot be a key
     */
    public void set(String name, String value) throws UnsupportedFeatureException {
        if (!isLegalName(name)) {
            throw new IllegalArgumentException("not a key: '" + name + "'");
        }
        Slot slot = effective.get(fold(name));
        if (slot != null && valueOf(slot.line).equals(value)) {
            return;
        }
        byte[] encodedValue = PipeEscape.encode(encode(name, value));
        if (slot != null) {
            slot.line = slot.line.withValue(encodedValue);
        } else {
            byte[] encodedName = encode(name, name);
            add(name, DictionaryLine.assignment(encodedName, encodedValue));
        }
        if (isEncoding(name)) {
            charset = CharsetFinder.find(slots);
            index();
        } else if (!charset.declared()
                && charset.problem() == null
                && !DictionaryCharset.isAscii(encodedValue, 0, encodedValue.length)) {
            // Undeclared, a reader would take the new text for its own code page.
            set(CharsetFinder.ENCODING, charset.charset().name());
        }
    }

    /**
     * Removes a key, duplicates included. Other lines stay as they are.
     *
     * @param name the key, in any case
     * @return whether it was set
     */
    public boolean remove(String name) {
        if (!contains(name)) {
            return false;
        }
        String key = fold(name);
        removeIf(key::equals);
        return true;
    }

    /**
     * Removes all keys that begin with a prefix, duplicates included.
     *
     * @param prefix in any case; end it with a dot to mean a subtree: {@code snapshot0.}
     * @return how many lines were removed
     */
    public int removeBelow(String prefix) {
        String wanted = fold(prefix);
        return removeIf(key -> key.startsWith(wanted));
    }

    /**
     * Removes keys, duplicates included.
     *
     * @param keys decides about each key; it gets the key with its ASCII letters in lower case
     * @return how many lines were removed
     */
    public int removeIf(Predicate<String> keys) {
        int before = slots.size();
        boolean terminated = slots.isEmpty() || slots.get(before - 1).end != LineEnd.NONE;
        slots.removeIf(slot -> slot.line.isAssignment() && keys.test(fold(nameOf(slot.line))));
        effective.keySet().removeIf(keys);
        if (!terminated && !slots.isEmpty()) {
            slots.get(slots.size() - 1).end = LineEnd.NONE;
        }
        if (keys.test(CharsetFinder.ENCODING) || keys.test(CharsetFinder.BARE_ENCODING)) {
            charset = CharsetFinder.find(slots);
            index();
        }
        return before - slots.size();
    }

    /**
     * Gives keys other names where they stand. Values, comments and blanks keep their bytes.
     *
     * @param renaming returns the new name for a name as it is spelled, or the same name to leave the line as it is.
     *     Two keys that get one name become duplicates, and the last of them counts.
     * @throws UnsupportedFeatureException if the document's charset lacks a character of a new name
     * @throws IllegalArgumentException if a new name cannot be a key
     */
    public void rename(UnaryOperator<String> renaming) throws UnsupportedFeatureException {
        Map<Slot, DictionaryLine> renamed = new LinkedHashMap<>();
        for (Slot slot : slots) {
            if (slot.line.isAssignment()) {
                String name = nameOf(slot.line);
                String fresh = renaming.apply(name);
                if (!fresh.equals(name)) {
                    if (!isLegalName(fresh)) {
                        throw new IllegalArgumentException("not a key: '" + fresh + "'");
                    }
                    renamed.put(slot, slot.line.withName(encode(fresh, fresh)));
                }
            }
        }
        renamed.forEach((slot, line) -> slot.line = line);
        charset = CharsetFinder.find(slots);
        index();
    }

    // --- writing -----------------------------------------------------------------------------------------------------

    /** {@return the whole document as it would be saved, in a new array} */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(mark);
        for (Slot slot : slots) {
            out.write(slot.line.bytes(), slot.line.start(), slot.line.end() - slot.line.start());
            out.writeBytes(slot.end.bytes());
        }
        return out.toByteArray();
    }

    /** {@return whether there is something to save: the document differs from what was read or last saved} */
    public boolean isChanged() {
        return original == null || !Arrays.equals(original, toBytes());
    }

    /**
     * Puts the document into its file. The old content stays whole until the new content is durable.
     *
     * @param volume replaces the file
     * @throws UnsafeStateException if the file is no longer what was read, so that saving would undo the change of
     *     another program; if its name is a link that leads out of its folder; or if the making of a file of its name
     *     was interrupted
     * @throws IllegalStateException if the document has no file
     * @throws IOException if the file can't be read or written
     */
    public void save(Volume volume) throws IOException {
        save(volume, volume::replaced);
    }

    /**
     * As {@link #save}, for a file that the user named: if the name is a link, the file it leads to changes.
     *
     * @param volume replaces the file
     * @throws UnsafeStateException if the file is no longer what was read, so that saving would undo the change of
     *     another program, or if the making of a file of its name was interrupted
     * @throws IllegalStateException if the document has no file
     * @throws IOException if the file can't be read or written
     */
    public void saveNamed(Volume volume) throws IOException {
        save(volume, volume::followed);
    }

    /** Says which file a name means. */
    @FunctionalInterface
    private interface Target {
        Path of(Path name) throws IOException;
    }

    private void save(Volume volume, Target target) throws IOException {
        if (source == null) {
            throw new IllegalStateException("the document has no file");
        }
        boolean same = original == null
                ? !volume.exists(source)
                : volume.exists(source) && Arrays.equals(original, volume.readAll(source, MAX_BYTES));
        if (!same) {
            throw new UnsafeStateException(
                    "changed",
                    source,
                    original == null
                            ? "the file was to be made but exists"
                            : "the file changed on disk since it was read; saving would undo that",
                    "read it again and repeat the edit");
        }
        byte[] content = toBytes();
        volume.replace(target.of(source), content);
        original = content;
    }

    // --- inside ------------------------------------------------------------------------------------------------------

    private static String fold(String name) {
        return Ascii.toLowerCase(name);
    }

    private static boolean isEncoding(String name) {
        return fold(name).equals(CharsetFinder.ENCODING) || fold(name).equals(CharsetFinder.BARE_ENCODING);
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    private String nameOf(DictionaryLine line) {
        return charset.decode(line.bytes(), line.name().start(), line.name().end());
    }

    private String valueOf(DictionaryLine line) {
        byte[] value = PipeEscape.decode(
                line.bytes(), line.value().start(), line.value().end());
        return charset.decode(value, 0, value.length);
    }

    private byte[] encode(String name, String text) throws UnsupportedFeatureException {
        byte[] bytes = charset.encode(text);
        if (bytes == null) {
            throw new UnsupportedFeatureException(
                    "dictionary-text",
                    source,
                    name + " cannot be '" + shortened(text) + "': the file's encoding is "
                            + charset.charset().name() + ", which lacks one of these characters",
                    "use characters of that encoding");
        }
        return bytes;
    }

    private void add(String name, DictionaryLine line) {
        int at = name.startsWith(".") ? endOfDotKeys() : slots.size();
        LineEnd style = slots.isEmpty() || slots.get(0).end == LineEnd.NONE ? LineEnd.LF : slots.get(0).end;
        Slot slot = new Slot(line, style);
        if (at == slots.size() && at > 0 && slots.get(at - 1).end == LineEnd.NONE) {
            // The document had no terminator at its end, and keeps none.
            slots.get(at - 1).end = style;
            slot.end = LineEnd.NONE;
        }
        slots.add(at, slot);
        effective.put(fold(name), slot);
    }

    private int endOfDotKeys() {
        int at = !slots.isEmpty() && slots.get(0).line.startsWith("#!") ? 1 : 0;
        while (at < slots.size()
                && slots.get(at).line.isAssignment()
                && nameOf(slots.get(at).line).startsWith(".")) {
            at++;
        }
        return at;
    }

    private void index() {
        effective.clear();
        for (Slot slot : slots) {
            if (slot.line.isAssignment()) {
                effective.put(fold(nameOf(slot.line)), slot);
            }
        }
    }
}

package io.vmdisk.repair;

import io.vmdisk.MalformedFileException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.step.Content;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a repair that is done, as {@code FILE.orig.undo}: which file of the folder holds what was where before,
 * and the digest of what is there now, so that nothing is undone after which something else has changed.
 *
 * <p>A note names files of its own folder only, and by plain names: one from elsewhere can lead nowhere else.
 *
 * @param path the note's file
 * @param number higher than those of the repairs before
 * @param begun whether its undoing was begun
 */
record UndoNote(Path path, long number, boolean begun, List<Part> parts) {
    private static final String SUFFIX = ".undo";
    private static final String VERSION_KEY = "vmdisk.undo";
    private static final String VERSION = "1";
    private static final int MAX_PARTS = 10_000;
    private static final int CHUNK_BYTES = 1 << 20;
    /** More than any file has, and two of them are no more than a long holds. */
    private static final long MOST_BYTES = 1L << 61;

    UndoNote {
        parts = List.copyOf(parts);
    }

    /**
     * One part.
     *
     * @param length bytes that are there now; of a file that the repair made, all of it
     * @param sizeBefore bytes that the file had; no matter where it is replaced as a whole
     * @param digest SHA-256 of what is there now, hexadecimal
     */
    record Part(KeptPart kept, long length, long sizeBefore, String digest) {}

    /** How large the files are before a repair, for {@link #write}. */
    static Map<Path, Long> sizes(Volume volume, List<KeptPart> parts) throws IOException {
        Map<Path, Long> sizes = new LinkedHashMap<>();
        for (KeptPart part : parts) {
            if (part.kept() != null) {
                sizes.put(part.file(), volume.facts(part.file()).size());
            }
        }
        return sizes;
    }

    /** Notes what a repair has done, a note in each folder that it touched. */
    static void write(Volume volume, List<KeptPart> parts, Map<Path, Long> sizesBefore) throws IOException {
        List<Part> done = new ArrayList<>();
        for (KeptPart part : parts) {
            long length = length(volume, part);
            long before = sizesBefore.getOrDefault(part.file(), 0L);
            done.add(new Part(part, length, before, digest(volume, part, length)));
        }
        for (UndoNote note : each(volume, done)) {
            note.save(volume);
        }
    }

    /** What is to be noted of parts that are going to be replaced. */
    static List<UndoNote> planned(Volume volume, List<PlannedPart> parts) throws IOException {
        Map<Path, Long> sizes =
                sizes(volume, parts.stream().map(PlannedPart::kept).toList());
        List<Part> planned = new ArrayList<>();
        for (PlannedPart part : parts) {
            planned.add(planned(volume, part, sizes.getOrDefault(part.kept().file(), 0L)));
        }
        return each(volume, planned);
    }

    private static Part planned(Volume volume, PlannedPart part, long size) throws IOException {
        if (part.after() == null) {
            return new Part(part.kept(), size, size, digest(volume, part.kept().file(), 0, size));
        }
        byte[] bytes = part.after().toBytes();
        return new Part(part.kept(), bytes.length, size, HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    private static List<UndoNote> each(Volume volume, List<Part> parts) throws IOException {
        Map<Path, List<Part>> folders = new LinkedHashMap<>();
        for (Part part : parts) {
            folders.computeIfAbsent(AtomicName.folderOf(part.kept().file()), folder -> new ArrayList<>())
                    .add(part);
        }
        List<UndoNote> notes = new ArrayList<>();
        for (Map.Entry<Path, List<Part>> folder : folders.entrySet()) {
            KeptPart first = folder.getValue().get(0).kept();
            Path kept =
                    first.kept() == null || first.isMoved() ? Originals.nameFor(volume, first.file()) : first.kept();
            long number = in(volume, folder.getKey()).stream()
                    .mapToLong(note -> note.number() + 1)
                    .max()
                    .orElse(1);
            notes.add(new UndoNote(kept.resolveSibling(kept.getFileName() + SUFFIX), number, false, folder.getValue()));
        }
        return notes;
    }

    private static long length(Volume volume, KeptPart part) throws IOException {
        return volume.facts(part.isWhole() || part.kept() == null ? part.file() : part.kept())
                .size();
    }

    /** The same, of which the undoing is begun; on the drive when this returns. */
    UndoNote begin(Volume volume) throws IOException {
        UndoNote changed = new UndoNote(path, number, true, parts);
        changed.save(volume);
        return changed;
    }

    private void save(Volume volume) throws IOException {
        // A new note is for those who may read what it tells of.
        volume.replace(path, text().toBytes(), model(volume));
    }

    private Path model(Volume volume) {
        for (Part part : parts) {
            for (Path file : Arrays.asList(part.kept().file(), part.kept().kept())) {
                if (file != null && volume.exists(file)) {
                    return file;
                }
            }
        }
        return path;
    }

    /** All that its file holds. */
    Content content() throws IOException {
        return Content.of(text().toBytes());
    }

    private Dictionary text() throws IOException {
        Dictionary text = Dictionary.empty(path);
        text.set(VERSION_KEY, VERSION);
        text.set("number", Long.toString(number));
        text.set("begun", begun ? "TRUE" : "FALSE");
        text.set("parts", Integer.toString(parts.size()));
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String key = "part" + i + ".";
            text.set(key + "file", String.valueOf(part.kept().file().getFileName()));
            Path kept = part.kept().kept();
            if (kept != null) {
                text.set(key + "kept", String.valueOf(kept.getFileName()));
            }
            if (part.kept().isMoved()) {
                text.set(key + "moved", "TRUE");
            } else {
                text.set(key + "offset", Long.toString(part.kept().offset()));
            }
            text.set(key + "length", Long.toString(part.length()));
            text.set(key + "size", Long.toString(part.sizeBefore()));
            text.set(key + "sha256", part.digest());
        }
        return text;
    }

    /** The notes of a folder, the last repair first; what only looks like one is passed over. */
    static List<UndoNote> in(Volume volume, Path folder) throws IOException {
        List<UndoNote> notes = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            if (String.valueOf(entry.getFileName()).endsWith(SUFFIX)
                    && volume.exists(entry)
                    && volume.facts(entry).kind() == FileFacts.Kind.FILE) {
                read(volume, entry).ifPresent(notes::add);
            }
        }
        notes.sort(Comparator.comparingLong((UndoNote note) -> note.number()).reversed());
        return notes;
    }

    private static Optional<UndoNote> read(Volume volume, Path file) throws IOException {
        Dictionary text = Dictionary.read(volume, file);
        if (!text.get(VERSION_KEY).equals(Optional.of(VERSION))) {
            return Optional.empty();
        }
        long count = text.requireNumber("parts");
        if (count < 1 || count > MAX_PARTS) {
            throw malformed(file, count + " parts");
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "part" + i + ".";
            KeptPart kept = new KeptPart(
                    sibling(file, text.get(key + "file").orElse("")),
                    text.contains(key + "kept") ? sibling(file, text.get(key + "kept", "")) : null,
                    text.flag(key + "moved").orElse(false)
                            ? KeptPart.MOVED
                            : number(text, key + "offset", KeptPart.WHOLE, file));
            Part part = new Part(
                    kept,
                    number(text, key + "length", 0, file),
                    number(text, key + "size", 0, file),
                    text.get(key + "sha256").orElse(""));
            boolean fits = kept.isMoved() || kept.offset() <= part.sizeBefore() - part.length();
            if (!kept.isWhole() && (kept.kept() == null || !fits)) {
                throw malformed(file, key + " is no part of its file");
            }
            parts.add(part);
        }
        return Optional.of(new UndoNote(
                file, text.requireNumber("number"), text.flag("begun").orElse(false), parts));
    }

    private static long number(Dictionary text, String key, long least, Path file) throws MalformedFileException {
        OptionalLong number = text.number(key);
        if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > MOST_BYTES) {
            throw malformed(file, key + " is no number from " + least + " to " + MOST_BYTES);
        }
        return number.getAsLong();
    }

    private static Path sibling(Path note, String name) throws MalformedFileException {
        try {
            Path sibling = note.resolveSibling(name);
            if (!name.isEmpty()
                    && !name.equals(".")
                    && !name.equals("..")
                    && String.valueOf(sibling.getFileName()).equals(name)) {
                return sibling;
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw malformed(note, "'" + name + "' is no name of a file beside it");
    }

    private static MalformedFileException malformed(Path file, String problem) {
        return new MalformedFileException(
                "undo-note",
                file,
                -1,
                "this is no note of a repair: " + problem,
                "remove it, and put what the repair kept back by hand");
    }

    /** Whether a part is still as the repair left it. */
    static boolean isUnchanged(Volume volume, Part part) throws IOException {
        KeptPart kept = part.kept();
        if (kept.isMoved()) {
            return !volume.exists(kept.file()) && holds(volume, kept.kept(), part);
        }
        if (!volume.exists(kept.file())
                || (kept.isWhole() && volume.facts(kept.file()).size() != part.length())) {
            return false;
        }
        return digest(volume, kept, part.length()).equals(part.digest());
    }

    /** Whether a file is there and holds what a part noted. */
    static boolean holds(Volume volume, @Nullable Path file, Part part) throws IOException {
        return file != null
                && volume.exists(file)
                && volume.facts(file).size() == part.length()
                && digest(volume, file, 0, part.length()).equals(part.digest());
    }

    /** Whether two files hold the same. */
    static boolean isSame(Volume volume, Path one, Path other) throws IOException {
        if (!volume.exists(one) || !volume.exists(other)) {
            return false;
        }
        long length = volume.facts(one).size();
        return length == volume.facts(other).size()
                && digest(volume, one, 0, length).equals(digest(volume, other, 0, length));
    }

    private static String digest(Volume volume, KeptPart part, long length) throws IOException {
        return digest(volume, part.file(), Math.max(0, part.offset()), length);
    }

    private static String digest(Volume volume, Path path, long start, long length) throws IOException {
        MessageDigest digest = sha256();
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long at = 0; at < length; ) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - at));
                int count = file.read(start + at, chunk);
                if (count == 0) {
                    break;
                }
                digest.update(chunk.flip());
                at += count;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is about one of these files. */
    boolean isAbout(List<Path> files) {
        return parts.stream()
                .anyMatch(part -> files.stream()
                        .anyMatch(file -> part.kept().file().getFileName().equals(file.getFileName())));
    }
}

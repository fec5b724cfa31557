package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What survives a crash of an operation: the plan, whether it was committed, how many steps are done, how far a fold
 * that gives space back has come.
 *
 * <p>A text of {@code key = "value"} lines in the folder of the plan. The plan is written whole and renamed into place;
 * progress is appended, a line at a time, each forced. The last of equal keys counts, and a torn last line counts as
 * not written: the step before is done again.
 */
final class Journal {
    /** Its name in the plan's folder. */
    static final String NAME = ".vmdisk-journal";

    private static final String VERSION_KEY = "vmdisk.journal";
    private static final String VERSION = "1";
    private static final String COMMITTED = "committed";
    private static final String DONE = "done";
    private static final String FOLDED = "folded";
    private static final int MAX_BYTES = 16 << 20;

    private final Volume volume;
    private final Path path;

    private Journal(Volume volume, Path path) {
        this.volume = volume;
        this.path = path;
    }

    /** What a journal tells. */
    record State(Plan plan, boolean committed, int stepsDone, long foldedTo) {}

    static Path of(Path folder) {
        return folder.resolve(NAME);
    }

    /** Refuses to work in a folder with an open journal, naming the way on. */
    static void refuseOpen(Volume volume, Path folder) throws UnsafeStateException {
        if (volume.exists(of(folder))) {
            throw new UnsafeStateException(
                    "journal",
                    of(folder),
                    "an operation in this folder was interrupted",
                    "'vmdisk recover' finishes or undoes it");
        }
    }

    /** Writes the plan down, durably, before anything else is touched. */
    static Journal begin(Volume volume, Plan plan) throws IOException {
        Path path = of(plan.folder());
        Dictionary text = Dictionary.empty(path);
        text.set(VERSION_KEY, VERSION);
        PlanText.write(plan, text);
        volume.replace(path, text.toBytes());
        return new Journal(volume, path);
    }

    static Journal open(Volume volume, Path folder) {
        return new Journal(volume, of(folder));
    }

    /** Reads it. */
    State read() throws IOException {
        Dictionary text = Dictionary.parse(volume.readAll(path, MAX_BYTES), path);
        String version = text.get(VERSION_KEY, "");
        if (!version.equals(VERSION)) {
            throw new UnsupportedFeatureException(
                    "journal-version",
                    path,
                    "the journal has version '" + version + "', this vmdisk knows " + VERSION,
                    "recover with the vmdisk that wrote it, or a newer one");
        }
        return new State(PlanText.read(text, path), text.get(COMMITTED, "").equals("TRUE"), done(text), foldedTo(text));
    }

    private int done(Dictionary text) throws MalformedFileException {
        return (int) number(text.get(DONE, "0"), Integer.MAX_VALUE);
    }

    /** The position counts only for the step that comes next: a fold before it has left its own behind. */
    private long foldedTo(Dictionary text) throws MalformedFileException {
        String folded = text.get(FOLDED, "0:0");
        int colon = folded.indexOf(':');
        long step = number(folded.substring(0, Math.max(0, colon)), Integer.MAX_VALUE);
        return step == done(text) ? number(folded.substring(colon + 1), Long.MAX_VALUE) : 0;
    }

    private long number(String digits, long limit) throws MalformedFileException {
        try {
            long value = Long.parseLong(digits);
            if (value >= 0 && value <= limit) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, with numbers that are out of range.
        }
        throw new MalformedFileException("journal", path, -1, "'" + digits + "' is no count", null);
    }

    void committed() throws IOException {
        append(COMMITTED, "TRUE");
    }

    void done(int steps) throws IOException {
        append(DONE, Integer.toString(steps));
    }

    void folded(int step, long position) throws IOException {
        append(FOLDED, step + ":" + position);
    }

    private void append(String key, String value) throws IOException {
        try (BlockFile file = volume.open(path, OpenMode.WRITE)) {
            byte[] line = (key + " = \"" + value + "\"\n").getBytes(StandardCharsets.US_ASCII);
            file.writeFully(file.size(), ByteBuffer.wrap(line));
            file.force();
        }
    }

    /** The operation is over, one way or the other. */
    void remove() throws IOException {
        volume.delete(path);
        volume.forceNames(AtomicName.folderOf(path));
    }
}

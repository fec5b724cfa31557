package io.vmdisk.plan;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What survives a crash of an operation: the plan, and how far it has come.
 *
 * <p>A file in the folder of the plan: a text of {@code key = "value"} lines, written whole and renamed into place before
 * anything else is touched, and behind it the {@link JournalMarks}.
 */
final class Journal {
    /** Its name in the plan's folder. */
    static final String NAME = ".vmdisk-journal";

    private static final String VERSION_KEY = "vmdisk.journal";
    private static final String VERSION = "1";
    private static final int MAX_BYTES = 64 << 20;
    /** In Base64, and with everything else of a plan, well below what is read. */
    private static final int MAX_TEXT_BYTES = 40 << 20;

    private final Volume volume;
    private final Path path;
    private JournalMarks.Mark mark;

    private Journal(Volume volume, Path path, JournalMarks.Mark mark) {
        this.volume = volume;
        this.path = path;
        this.mark = mark;
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
        volume.replace(path, bytes(plan), new RightsModel(volume).ofTexts(plan).orElse(path));
        return new Journal(volume, path, JournalMarks.Mark.START);
    }

    /** A plan's journal before anything is done. */
    static byte[] bytes(Plan plan) throws IOException {
        requireReadable(plan);
        Dictionary text = Dictionary.empty(of(plan.folder()));
        text.set(VERSION_KEY, VERSION);
        PlanText.write(plan, text);
        return withRoomForMarks(text.toBytes());
    }

    /** What recovery would not read back must not be begun. */
    private static void requireReadable(Plan plan) throws LimitExceededException {
        long bytes = 0;
        for (Preparation preparation : plan.preparations()) {
            bytes += preparation instanceof Preparation.StageText text
                    ? text.content().length()
                    : 0;
        }
        if (bytes > MAX_TEXT_BYTES) {
            throw new LimitExceededException(
                    "journal",
                    of(plan.folder()),
                    "the plan writes " + bytes + " bytes of text, its journal holds at most " + MAX_TEXT_BYTES,
                    "do it in several parts");
        }
    }

    /** The marks begin at a sector, so that writing one never touches the sector of another. */
    private static byte[] withRoomForMarks(byte[] lines) {
        int padded = (lines.length + JournalMarks.SECTOR - 1) / JournalMarks.SECTOR * JournalMarks.SECTOR;
        byte[] bytes = Arrays.copyOf(lines, padded + JournalMarks.BYTES);
        Arrays.fill(bytes, lines.length, padded, (byte) '\n');
        return bytes;
    }

    /** A journal that was left behind. */
    static Journal open(Volume volume, Path folder) throws IOException {
        Path path = of(folder);
        return new Journal(volume, path, JournalMarks.read(bytes(volume, path)));
    }

    private static byte[] bytes(Volume volume, Path path) throws IOException {
        byte[] bytes = volume.readAll(path, MAX_BYTES);
        if (bytes.length < JournalMarks.BYTES) {
            throw new MalformedFileException(
                    "journal", path, -1, "the journal has only " + bytes.length + " bytes", null);
        }
        return bytes;
    }

    /** Reads it. */
    State read() throws IOException {
        byte[] bytes = bytes(volume, path);
        Dictionary text = Dictionary.parse(Arrays.copyOf(bytes, bytes.length - JournalMarks.BYTES), path);
        String version = text.get(VERSION_KEY, "");
        if (!version.equals(VERSION)) {
            throw new UnsupportedFeatureException(
                    "journal-version",
                    path,
                    "the journal has version '" + version + "', this vmdisk knows " + VERSION,
                    "recover with the vmdisk that wrote it, or a newer one");
        }
        Plan plan = PlanText.read(text, path);
        if (mark.stepsDone() > plan.steps().size()) {
            throw new MalformedFileException(
                    "journal", path, -1, "more steps are done than the plan has: " + mark.stepsDone(), null);
        }
        return new State(plan, mark.committed(), mark.stepsDone(), mark.foldedTo());
    }

    void committed() throws IOException {
        write(mark.commit());
    }

    void done(int steps) throws IOException {
        write(mark.done(steps));
    }

    void folded(long position) throws IOException {
        write(mark.folded(position));
    }

    private void write(JournalMarks.Mark next) throws IOException {
        try (BlockFile file = volume.open(path, OpenMode.WRITE)) {
            JournalMarks.write(file, next);
        }
        mark = next;
    }

    /** The operation is over, one way or the other. */
    void remove() throws IOException {
        volume.delete(path);
        volume.forceNames(AtomicName.folderOf(path));
    }
}

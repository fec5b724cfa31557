package io.vmdisk.plan;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.plan.step.JournalText;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What survives a crash of an operation: the plan, and how far it has come.
 *
 * <p>A file in the folder of the plan: a text of {@code key = "value"} lines, written whole and renamed into place before
 * anything else is touched, and behind it the {@link JournalMarks}.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class Journal {
    /** Its name in the plan's folder. */
    static final String NAME = FolderLock.JOURNAL;

    /** What can be done about a journal that can't be followed. */
    static final Remedy WAY_ON = JournalText.WAY_ON;

    private static final String VERSION_KEY = "vmdisk.journal";
    private static final String VERSION = "2";
    /** Bytes; a plan with the longest texts has less. */
    static final int MAX_BYTES = 64 << 20;
    /** In Base64, and with everything else of a plan, well below what is read. */
    private static final int PLACE_BYTES = 512;

    private static final int MAX_TEXT_BYTES = 40 << 20;

    private final Volume volume;
    private final Path path;
    private JournalMarks.Mark mark;

    private Journal(Volume volume, Path path, JournalMarks.Mark mark) {
        this.volume = volume;
        this.path = path;
        this.mark = mark;
    }

    /**
     * What a journal tells.
     *
     * @param origin whether it was written where it lies
     * @param writtenIn where it says it was written
     * @param files what its steps remove or replace, as it was
     */
    record State(
            Plan plan,
            boolean committed,
            int stepsDone,
            long foldedTo,
            Interruption.Origin origin,
            String writtenIn,
            KnownFiles files) {
        /** Less the preparations of these. */
        State without(List<Path> targets) {
            List<Preparation> kept = plan.preparations().stream()
                    .filter(preparation -> !targets.contains(preparation.target()))
                    .toList();
            Plan part = new Plan(plan.operation(), plan.folder(), kept, plan.steps(), plan.notes());
            return new State(part, committed, stepsDone, foldedTo, origin, writtenIn, files);
        }
    }

    static Path of(Path folder) {
        return folder.resolve(NAME);
    }

    /** Whether a folder has one, or something else of its name. */
    static boolean isThere(Volume volume, Path folder) throws IOException {
        return volume.entry(of(folder)).isPresent();
    }

    /** Refuses to work in a folder with an open journal, naming the way on. */
    static void refuseOpen(Volume volume, Path folder) throws IOException {
        if (isThere(volume, folder)) {
            throw new UnsafeStateException(
                    "journal",
                    of(folder),
                    "an operation in this folder was interrupted",
                    Remedy.of(Kind.RECOVER, folder).and(" finishes or undoes it"));
        }
    }

    /** Writes the plan down, durably, before anything else is touched. */
    public static Journal begin(Volume volume, Plan plan) throws IOException {
        Path path = of(plan.folder());
        Path draft = AtomicName.beside(path);
        requireReadable(plan);
        KnownFiles files = KnownFiles.of(plan, volume);
        volume.clear(draft);
        try {
            try (BlockFile file = create(draft, new RightsModel(volume).ofTexts(plan), volume)) {
                // Its own number is part of the text.
                file.writeFully(0, ByteBuffer.wrap(bytes(plan, files, JournalPlace.of(volume, draft))));
                file.force();
            }
            volume.rename(draft, path);
        } catch (IOException e) {
            try {
                volume.clear(draft);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        volume.forceNames(AtomicName.folderOf(path));
        return new Journal(volume, path, JournalMarks.Mark.START);
    }

    private static BlockFile create(Path draft, Optional<Path> model, Volume volume) throws IOException {
        return model.isPresent() ? volume.createLike(draft, model.get()) : volume.open(draft, OpenMode.CREATE);
    }

    /** How long the journal of a plan is. */
    static long length(Plan plan, Volume volume) throws IOException {
        requireReadable(plan);
        Path journal = of(plan.folder());
        return (long) bytes(plan, KnownFiles.of(plan, volume), JournalPlace.of(volume, journal)).length + PLACE_BYTES;
    }

    private static byte[] bytes(Plan plan, KnownFiles files, JournalPlace place) throws IOException {
        Dictionary text = Dictionary.empty(of(plan.folder()));
        text.set(VERSION_KEY, VERSION);
        place.write(text);
        files.write(PlanText.write(plan, text));
        return withRoomForMarks(text.toBytes());
    }

    /** What recovery would not read back must not be begun. */
    private static void requireReadable(Plan plan) throws LimitExceededException {
        long bytes = 0;
        for (Preparation preparation : plan.preparations()) {
            bytes += preparation.textBytes();
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
        int padded = Sector.roundUp(lines.length, JournalMarks.SECTOR);
        byte[] bytes = Arrays.copyOf(lines, padded + JournalMarks.BYTES);
        Arrays.fill(bytes, lines.length, padded, (byte) '\n');
        return bytes;
    }

    /**
     * A journal that was left behind.
     *
     * @param damagedMark what to do about a mark that can't be read
     */
    static Journal open(Volume volume, Path folder, JournalMarks.Damaged damagedMark) throws IOException {
        Path path = of(folder);
        byte[] bytes = bytes(volume, path);
        requireVersion(text(bytes, path), path);
        return new Journal(volume, path, JournalMarks.read(bytes, path, damagedMark));
    }

    private static byte[] bytes(Volume volume, Path path) throws IOException {
        Entry.Kind kind = volume.entry(path).map(Entry::kind).orElse(Entry.Kind.FILE);
        if (kind != Entry.Kind.FILE) {
            throw new UnsafeStateException(
                    "journal", path, "this is " + kind.word() + " under the name of a journal", "move it away");
        }
        byte[] bytes = volume.readAll(path, MAX_BYTES);
        if (bytes.length < JournalMarks.BYTES) {
            throw new MalformedFileException(
                    "journal", path, -1, "the journal has only " + bytes.length + " bytes", WAY_ON);
        }
        return bytes;
    }

    private static Dictionary text(byte[] bytes, Path path) throws IOException {
        return Dictionary.parse(Arrays.copyOf(bytes, bytes.length - JournalMarks.BYTES), path);
    }

    private static void requireVersion(Dictionary text, Path path) throws IOException {
        String version = text.get(VERSION_KEY, "");
        if (version.equals("1")) {
            throw new UnsupportedFeatureException(
                    "journal-version",
                    path,
                    "the journal has version 1, which does not say where it was written and can't be trusted",
                    Remedy.say("recover with the vmdisk that wrote it, if you are sure that it was written here; else ")
                            .and(WAY_ON));
        }
        if (!version.equals(VERSION)) {
            throw new UnsupportedFeatureException(
                    "journal-version",
                    path,
                    "the journal has version '" + version + "', this vmdisk knows " + VERSION,
                    Remedy.say("recover with the vmdisk that wrote it, or a newer one; else ")
                            .and(WAY_ON));
        }
    }

    /** Reads it. */
    State read() throws IOException {
        Dictionary text = text(bytes(volume, path), path);
        Set<String> others = new HashSet<>(Set.of(VERSION_KEY));
        JournalPlace place = JournalPlace.read(text, others);
        JournalText in = PlanText.of(text, path);
        Plan plan = PlanText.read(in);
        KnownFiles files = KnownFiles.read(in);
        in.requireNothingElse(others);
        if (mark.stepsDone() > plan.steps().size()) {
            throw new MalformedFileException(
                    "journal", path, -1, "more steps are done than the plan has: " + mark.stepsDone(), WAY_ON);
        }
        boolean here = place.isStill(JournalPlace.of(volume, path));
        return new State(
                plan,
                mark.committed(),
                mark.stepsDone(),
                mark.foldedTo(),
                here ? Interruption.Origin.HERE : Interruption.Origin.COPIED,
                place.folder(),
                files);
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

    /**
     * Gives an operation up: the journal gets a name that nothing looks for.
     *
     * @return that name
     */
    static Path setAside(Volume volume, Path folder) throws IOException {
        Path path = of(folder);
        for (int number = 1; ; number++) {
            Path aside = path.resolveSibling("vmdisk-journal.dropped-" + number);
            if (volume.entry(aside).isEmpty()) {
                volume.rename(path, aside);
                volume.forceNames(AtomicName.folderOf(path));
                return aside;
            }
        }
    }
}

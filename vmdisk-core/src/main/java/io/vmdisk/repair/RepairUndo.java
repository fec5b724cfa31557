package io.vmdisk.repair;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Repair;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts back what the last repair replaced, byte for byte, where nothing has changed since.
 *
 * <p>That it is begun is noted before the first byte, and what was kept goes last: cut off by a crash it is finished by
 * doing it again. The notes are those of {@link UndoNote}.
 */
public final class RepairUndo implements Repair {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Volume volume;
    private final Path folder;
    private final UndoNote note;

    private RepairUndo(Volume volume, Path folder, UndoNote note) {
        this.volume = volume;
        this.folder = folder;
        this.note = note;
    }

    /**
     * Plans to undo the last repair of a disk that is not undone yet.
     *
     * @throws UnsafeStateException if none is known, or something was changed since
     */
    public static Repair of(Path disk, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        Path folder = AtomicName.folderOf(disk);
        List<Path> files = filesOf(disk, options);
        return latest(
                disk,
                volume,
                folder,
                UndoNote.in(volume, folder).stream()
                        .filter(note -> note.isAbout(files))
                        .findFirst());
    }

    /**
     * Plans to undo the last repair in a folder, whatever it was about.
     *
     * @throws UnsafeStateException if none is known, or something was changed since
     */
    public static Repair ofFolder(Path folder, Volume volume) throws IOException {
        return latest(
                folder, volume, folder, UndoNote.in(volume, folder).stream().findFirst());
    }

    /**
     * The same plan, which also keeps and notes what it replaces: done or undone with the rest. A plan that does more than
     * replace texts, edit descriptors and give files other names can't be undone, and nothing is noted of it.
     */
    public static Plan noted(Plan plan, Volume volume) throws IOException {
        return new PlanNote(plan, volume).noted();
    }

    private static Repair latest(Path subject, Volume volume, Path folder, Optional<UndoNote> note) throws IOException {
        if (note.isEmpty()) {
            throw new UnsafeStateException(
                    "nothing-to-undo",
                    subject,
                    "no repair is noted here that could be undone",
                    "what repairs kept is in FILE.orig; space that a repair gave back stays given back, and what a"
                            + " salvage made is a disk of its own");
        }
        RepairUndo undo = new RepairUndo(volume, folder, note.get());
        undo.requireUnchanged();
        return undo;
    }

    /** A disk that is out of order has one file that is known at least. */
    private static List<Path> filesOf(Path disk, OpenOptions options) throws IOException {
        List<Path> files = new ArrayList<>(List.of(disk));
        try {
            files.addAll(DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                    .top()
                    .files());
        } catch (VmdiskException | NoSuchFileException e) {
            // Its own name has to do.
        }
        return files;
    }

    private void requireUnchanged() throws IOException {
        for (UndoNote.Part part : note.parts()) {
            Path kept = part.kept().kept();
            if (kept != null && !part.kept().isMoved()) {
                requireKept(kept, part);
            }
            if (!UndoNote.isUnchanged(volume, part) && !(note.begun() && mayBePutBack(part))) {
                throw new UnsafeStateException(
                        "changed",
                        part.kept().file(),
                        "it was changed since the repair, and undoing that would spoil what was written",
                        kept == null ? null : "what the repair replaced is in " + kept.getFileName());
            }
        }
    }

    /** What undoing may have made of a part when it was cut off. */
    private boolean mayBePutBack(UndoNote.Part part) throws IOException {
        Path kept = part.kept().kept();
        Path file = part.kept().file();
        if (kept == null) {
            return !volume.exists(file);
        }
        if (part.kept().isMoved()) {
            return UndoNote.holds(volume, file, part);
        }
        if (part.kept().isWhole()) {
            return UndoNote.isSame(volume, file, kept) || (!volume.exists(file) && isMovedAway(file));
        }
        return PresentBytes.areHalfReplaced(volume, file, kept, part.kept().offset(), part.length());
    }

    /** Whether what was there has got its former name again, and what was kept is not in its place yet. */
    private boolean isMovedAway(Path file) {
        return note.parts().stream()
                .anyMatch(
                        part -> part.kept().isMoved() && file.equals(part.kept().kept()));
    }

    private void requireKept(Path kept, UndoNote.Part part) throws IOException {
        if (!volume.exists(kept)) {
            throw new NoSuchFileException(kept.toString());
        }
        long size = volume.facts(kept).size();
        if (!part.kept().isWhole() && size != part.length()) {
            throw new UnsafeStateException(
                    "changed",
                    kept,
                    "it has " + size + " bytes, and " + part.length() + " were kept",
                    "bring it back as it was");
        }
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        for (UndoNote.Part part : note.parts()) {
            Path file = part.kept().file().getFileName();
            Path kept = part.kept().kept();
            if (kept == null) {
                lines.add("remove " + file + ", which the repair made");
            } else if (part.kept().isMoved()) {
                lines.add("rename " + kept.getFileName() + " back to " + file);
            } else {
                String what = part.kept().isWhole()
                        ? "put " + file + " back"
                        : "put " + part.length() + " bytes of " + file + " back";
                lines.add(what + " as " + kept.getFileName() + " has it, and remove that");
            }
        }
        return lines;
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public List<Path> changes() {
        List<Path> changed = new ArrayList<>();
        for (UndoNote.Part part : note.parts()) {
            Path other = part.kept().kept();
            if (part.kept().isMoved() && other != null) {
                changed.add(other);
            }
            changed.add(part.kept().file());
        }
        return changed.stream().distinct().toList();
    }

    @Override
    public void perform(Progress progress) throws IOException {
        FolderLock.refuseJournal(volume, folder);
        FileLocks locks = new FileLocks(volume);
        for (Path file : changes()) {
            if (volume.exists(file)) {
                locks.changed(file);
            }
        }
        Closeable lock = locks.take();
        try (lock) {
            requireUnchanged();
            Volume here = volume.within(List.of(folder));
            if (!note.begun()) {
                keepPresent(here);
                note.begin(volume);
            }
            for (UndoNote.Part part : note.parts()) {
                putBack(here, part);
            }
            dropPresent(here);
            // The note first: what was kept is of no use without it, and the other way round it would be a riddle.
            here.delete(note.path());
            here.forceNames(folder);
            for (UndoNote.Part part : note.parts()) {
                if (part.kept().kept() != null && !part.kept().isMoved()) {
                    here.delete(part.kept().kept());
                }
            }
            here.forceNames(folder);
        }
    }

    private void keepPresent(Volume here) throws IOException {
        for (UndoNote.Part part : note.parts()) {
            Path kept = part.kept().kept();
            if (kept != null && part.kept().isWithin()) {
                PresentBytes.keep(here, part.kept().file(), kept, part.kept().offset(), part.length());
            }
        }
    }

    private void dropPresent(Volume here) throws IOException {
        for (UndoNote.Part part : note.parts()) {
            Path kept = part.kept().kept();
            if (kept != null && part.kept().isWithin()) {
                PresentBytes.drop(here, kept);
            }
        }
        here.forceNames(folder);
    }

    private void putBack(Volume here, UndoNote.Part part) throws IOException {
        Path file = part.kept().file();
        Path kept = part.kept().kept();
        if (kept == null) {
            if (here.exists(file)) {
                here.delete(file);
                here.forceNames(folder);
            }
            return;
        }
        if (part.kept().isMoved()) {
            if (!here.exists(file)) {
                here.rename(kept, file);
                here.forceNames(folder);
            }
            return;
        }
        try (BlockFile from = volume.openWithin(LinkBounds.ofFile(volume, note.path()), kept, OpenMode.READ)) {
            if (part.kept().isWhole()) {
                replace(here, file, from);
            } else {
                try (BlockFile to = here.open(file, OpenMode.WRITE)) {
                    copy(from, to, part.kept().offset());
                    if (to.size() != part.sizeBefore()) {
                        to.setSize(part.sizeBefore());
                    }
                    to.force();
                }
            }
        }
    }

    /** Beside it first, and then by its name: there is the one or the other at any time. */
    private void replace(Volume here, Path file, BlockFile from) throws IOException {
        Path fresh = AtomicName.beside(file);
        here.clear(fresh);
        try (BlockFile to = here.createLike(fresh, here.exists(file) ? file : from.path())) {
            copy(from, to, 0);
            to.force();
        }
        here.rename(fresh, file);
        here.forceNames(folder);
    }

    private static void copy(BlockFile from, BlockFile to, long offset) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long size = from.size();
        for (long at = 0; at < size; ) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, size - at));
            from.readFully(at, chunk);
            chunk.flip();
            int count = chunk.remaining();
            to.writeFully(offset + at, chunk);
            at += count;
        }
    }
}

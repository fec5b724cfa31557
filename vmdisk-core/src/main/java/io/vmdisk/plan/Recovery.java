package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finishes or undoes an operation that was interrupted: undoes it if it had not reached its commit point, finishes it if
 * it had. May itself be interrupted and run again.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class Recovery {
    private static final int SHOWN = 5;

    private final Volume volume;
    private final Progress progress;

    /** Recovers with the files of this JVM. */
    public Recovery(Progress progress) {
        this(Volume.system(), progress);
    }

    /** Recovers with {@code volume}. */
    public Recovery(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /** The operation that was interrupted in a folder, in words, if there is one. */
    public Optional<String> interrupted(Path folder) throws IOException {
        return look(folder, RecoveryTrust.NONE).map(found -> found.plan().operation());
    }

    /** Whether an operation was interrupted in a folder, even if its journal can't be read. */
    public boolean isInterrupted(Path folder) throws IOException {
        return Journal.isThere(volume, folder);
    }

    /**
     * The operation that was interrupted in a folder, if there is one.
     *
     * @throws io.vmdisk.VmdiskException if its journal can't be read; {@link #drop} is the way on
     */
    public Optional<Interruption> look(Path folder, RecoveryTrust trust) throws IOException {
        if (!Journal.isThere(volume, folder)) {
            return Optional.empty();
        }
        Journal.State state = Journal.open(volume, folder, damagedMark(trust)).read();
        return Optional.of(new Interruption(
                state.plan(),
                state.committed() ? Interruption.Phase.COMMITTED : Interruption.Phase.PREPARING,
                state.stepsDone(),
                state.origin(),
                state.writtenIn(),
                outside(state, List.of(state.plan().folder()))));
    }

    private static JournalMarks.Damaged damagedMark(RecoveryTrust trust) {
        return trust.allows(RecoveryTrust.Danger.MARK)
                ? JournalMarks.Damaged.PASSED_OVER
                : JournalMarks.Damaged.REFUSED;
    }

    /** What recovery would change in folders other than these. */
    private static List<Path> outside(Journal.State state, List<Path> folders) {
        Plan plan = state.plan();
        Stream<Path> changed = state.committed()
                ? plan.steps().subList(state.stepsDone(), plan.steps().size()).stream()
                        .flatMap(step -> step.changed().stream())
                : plan.preparations().stream().map(Preparation::target);
        return changed.filter(path -> folders.stream().noneMatch(path::startsWith))
                .distinct()
                .toList();
    }

    /** The disks that somebody was making in a folder when a crash came, or is making now. */
    public List<Path> unfinishedDisks(Path folder) throws IOException {
        return StagedDisk.unfinished(volume, folder);
    }

    /** Refuses to go on in a folder whose operation was interrupted. */
    public void refuseInterrupted(Path folder) throws IOException {
        FolderLock.refuseJournal(volume, folder);
    }

    /** Recovers with nothing but the folder itself; see {@link #recover(Path, RecoveryTrust)}. */
    public RecoveryOutcome recover(Path folder) throws IOException {
        return recover(folder, RecoveryTrust.NONE);
    }

    /**
     * Recovers the operation that was interrupted, and disks whose making was. Lock files that the crash left are gone
     * afterwards, also if there was nothing else to do.
     *
     * <p>The journal is not believed: before anything is touched all that it would change is looked at, and it changes only
     * files in the folder and where {@code trust} says, never through a symbolic link.
     *
     * @throws io.vmdisk.UnsafeStateException if the journal was written elsewhere, reaches into folders that nobody named,
     *     or if a file is not what the operation found or made
     */
    public RecoveryOutcome recover(Path folder, RecoveryTrust trust) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        Volume own = volume.within(List.of(absolute));
        RecoveryOutcome outcome =
                Journal.isThere(volume, absolute) ? recoverJournal(own, absolute, trust) : RecoveryOutcome.NOTHING;
        RecoveryOutcome making = switch (Leftovers.clear(own, absolute)) {
            case NOTHING -> RecoveryOutcome.NOTHING;
            case REMOVED -> RecoveryOutcome.UNDONE;
            case NAMED -> RecoveryOutcome.FINISHED;
        };
        return outcome == RecoveryOutcome.NOTHING ? making : outcome;
    }

    /**
     * Gives an interrupted operation up: the journal is set aside under another name, all other files stay as they are.
     *
     * @return the journal's new name; empty if there was none
     */
    public Optional<Path> drop(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        Volume own = volume.within(List.of(absolute));
        Closeable lock = FolderLock.take(own, absolute);
        try (lock) {
            return Journal.isThere(own, absolute) ? Optional.of(Journal.setAside(own, absolute)) : Optional.empty();
        }
    }

    private RecoveryOutcome recoverJournal(Volume own, Path folder, RecoveryTrust trust) throws IOException {
        Closeable lock = FolderLock.take(own, folder);
        try (lock) {
            Journal journal = Journal.open(own, folder, damagedMark(trust));
            Journal.State state = permitted(journal.read(), folder, trust);
            Volume confined = volume.within(roots(state, folder, trust));
            PlanLocks held = PlanLocks.of(state.plan(), confined).take();
            try (held) {
                return recover(confined, journal, state);
            }
        }
    }

    private RecoveryOutcome recover(Volume confined, Journal journal, Journal.State state) throws IOException {
        new RecoveryCheck(confined, state).require();
        if (state.committed()) {
            new StepExecutor(confined, progress, journal)
                    .from(state.plan().steps(), state.stepsDone(), state.foldedTo());
            return RecoveryOutcome.FINISHED;
        }
        new Preparer(confined, progress).unmake(state.plan().preparations());
        journal.remove();
        return RecoveryOutcome.UNDONE;
    }

    /** The fewest folders in which files, or the folders themselves, would change. */
    private static List<Path> folders(Plan plan, List<Path> outside) {
        Set<Path> made = plan.preparations().stream()
                .filter(preparation -> preparation instanceof MakeFolder)
                .map(Preparation::target)
                .collect(Collectors.toSet());
        Set<Path> all = outside.stream()
                .map(path -> made.contains(path) ? path : AtomicName.folderOf(path))
                .collect(Collectors.toCollection(TreeSet::new));
        return all.stream()
                .filter(path -> all.stream().noneMatch(other -> !other.equals(path) && path.startsWith(other)))
                .toList();
    }

    private static List<Path> roots(Journal.State state, Path folder, RecoveryTrust trust) {
        List<Path> roots = new ArrayList<>(List.of(folder));
        trust.folders().forEach(named -> roots.add(named.toAbsolutePath().normalize()));
        if (trust.allows(RecoveryTrust.Danger.OUTSIDE) && state.origin() == Interruption.Origin.HERE) {
            folder.getFileSystem().getRootDirectories().forEach(roots::add);
        }
        return roots;
    }

    private static Remedy named(List<Path> folders) {
        Remedy remedy = Remedy.say("if that is right, name where: ");
        for (Path folder : folders.subList(0, Math.min(SHOWN, folders.size()))) {
            remedy = remedy.and(remedy.actions().isEmpty() ? "" : " ").with(Kind.SEARCH, folder);
        }
        return remedy;
    }

    /** What of it may be done: all, or in a copy what is left without that which the original made elsewhere. */
    private static Journal.State permitted(Journal.State state, Path folder, RecoveryTrust trust) throws IOException {
        List<Path> roots = roots(state, folder, trust);
        boolean copied = state.origin() == Interruption.Origin.COPIED;
        if (copied && !trust.allows(RecoveryTrust.Danger.COPY)) {
            throw new UnsafeStateException(
                    "copy",
                    Journal.of(folder),
                    "it was written in " + state.writtenIn()
                            + ", or is itself a copy: this folder is not the one that the" + " operation worked in",
                    Remedy.say("recover the original there; here ")
                            .with(Kind.ALLOW, "copy")
                            .and(" " + (state.committed() ? "finishes" : "undoes")
                                    + " it for the files of this folder only, and ")
                            .and(Journal.WAY_ON));
        }
        List<Path> outside = outside(state, roots);
        if (!outside.isEmpty() && copied && !state.committed()) {
            return state.without(outside);
        }
        if (!outside.isEmpty()) {
            throw new UnsafeStateException(
                    "outside",
                    Journal.of(folder),
                    "the operation would also change "
                            + outside.stream().limit(SHOWN).map(Path::toString).collect(Collectors.joining(", "))
                            + (outside.size() > SHOWN ? " and " + (outside.size() - SHOWN) + " more" : ""),
                    named(folders(state.plan(), outside))
                            .and(", or ")
                            .with(Kind.ALLOW, "outside")
                            .and(" for all; else ")
                            .and(Journal.WAY_ON));
        }
        return state;
    }
}

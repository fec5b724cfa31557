package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.RecoveryTerms;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
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
import java.util.stream.Collectors;

/**
 * Looks, before recovery touches anything, at every file that it would change: each must lie where something may be
 * changed, be a regular file, and be what the plan found or made.
 */
final class RecoveryCheck implements RecoveryTerms {
    private static final Remedy WAY_ON = Remedy.say("restore it, or move it away; ")
            .with(Kind.DROP_JOURNAL)
            .and(" gives the operation up and leaves all files as they are");

    private final Volume volume;
    private final Journal.State state;
    private final Set<Path> touched = new HashSet<>();
    private boolean contentChanges;

    RecoveryCheck(Volume confined, Journal.State state) {
        this.volume = confined;
        this.state = state;
    }

    /** Refuses the whole if one part of what is left must not be done. */
    void require() throws IOException {
        if (state.committed()) {
            requireSteps();
        } else {
            for (Preparation preparation : state.plan().preparations()) {
                requireMade(preparation);
            }
        }
    }

    private void requireMade(Preparation preparation) throws IOException {
        volume.requireReachable(preparation.target());
        preparation.verify(this);
    }

    @Override
    public boolean isThere(Path path) throws IOException {
        return volume.entry(path).isPresent();
    }

    @Override
    public void file(Path path) throws IOException {
        volume.requireReachable(path);
        requireKind(path, Entry.Kind.FILE);
    }

    @Override
    public void folder(Path path) throws IOException {
        requireKind(path, Entry.Kind.FOLDER);
    }

    private void requireKind(Path path, Entry.Kind kind) throws IOException {
        Optional<Entry> entry = volume.entry(path);
        if (entry.isPresent() && entry.get().kind() != kind) {
            throw refused(path, "this is " + entry.get().kind().word() + ", which the operation did not make");
        }
    }

    @Override
    public void atMost(Path path, long bytes) throws IOException {
        Optional<Entry> entry = volume.entry(path);
        if (entry.isPresent() && entry.get().size() > bytes) {
            throw refused(path, "it has " + entry.get().size() + " bytes, the operation made at most " + bytes);
        }
    }

    private void requireSteps() throws IOException {
        for (Preparation preparation : state.plan().preparations()) {
            touched.addAll(made(preparation));
        }
        List<Step> steps = state.plan().steps();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (i >= state.stepsDone()) {
                step.verify(this);
            }
            step.changed().forEach(path -> touched.add(KnownFiles.name(path)));
            contentChanges |= step.changesContent();
        }
    }

    private static Set<Path> made(Preparation preparation) throws IOException {
        return preparation.names().stream().map(KnownFiles::name).collect(Collectors.toSet());
    }

    @Override
    public Path replaced(Path target) throws IOException {
        return volume.replaced(target);
    }

    @Override
    public boolean isStaged(Path target) throws IOException {
        Path staged = AtomicName.beside(volume.replaced(target));
        if (volume.entry(staged).isEmpty()) {
            return false;
        }
        for (Preparation preparation : state.plan().preparations()) {
            if (preparation instanceof StageText stage
                    && KnownFiles.name(stage.target()).equals(KnownFiles.name(target))) {
                if (!Arrays.equals(bytes(staged), stage.content().toBytes())) {
                    throw refused(staged, "it is not the text that the operation wrote");
                }
                return true;
            }
        }
        throw new MalformedFileException(
                "journal",
                Journal.of(state.plan().folder()),
                -1,
                "the journal puts " + target + " in place and does not say what it is",
                Remedy.of(Kind.DROP_JOURNAL).and(" sets the journal aside and leaves all files as they are"));
    }

    private byte[] bytes(Path staged) throws IOException {
        try (BlockFile file = volume.open(staged, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(file.size(), Journal.MAX_BYTES)));
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    /** What no step has changed yet must be as it was when the plan began. */
    @Override
    public void known(Path path) throws IOException {
        Optional<Entry> entry = volume.entry(path);
        if (entry.isEmpty() || touched.contains(KnownFiles.name(path))) {
            return;
        }
        KnownFiles.Known known =
                state.files().find(path).orElseThrow(() -> refused(path, "it was not there when the operation began"));
        boolean same = known.identity().isEmpty()
                || state.origin() == Interruption.Origin.COPIED
                || known.identity().equals(entry.get().identity());
        if (!contentChanges && known.size() != entry.get().size()) {
            throw refused(
                    path,
                    "it has " + entry.get().size() + " bytes; it had " + known.size() + " when the operation began");
        }
        if (!contentChanges && !same) {
            throw refused(path, "it is another file than when the operation began");
        }
    }

    private static UnsafeStateException refused(Path path, String problem) {
        return new UnsafeStateException("changed", path, problem, WAY_ON);
    }
}

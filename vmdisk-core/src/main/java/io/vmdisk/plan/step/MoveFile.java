package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Renames a file, in its folder or into another one of the same file store.
 *
 * @since 0.1
 */
public record MoveFile(Path from, Path to) implements Step {
    static final String KIND = "move";

    @Override
    public String describe(StepNames names) {
        return "rename " + names.of(from) + " to " + names.of(to);
    }

    @Override
    public List<Path> changed() {
        return List.of(from, to);
    }

    @Override
    public List<Path> removedOrReplaced() {
        return changed();
    }

    @Override
    public boolean changesContent() {
        return false;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) throws IOException {
        locks.changesWhole(from);
        locks.changes(to);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(from);
        terms.file(to);
        if (terms.isThere(from)) {
            terms.known(from);
            terms.known(to);
        }
    }

    @Override
    public void run(StepWork work) throws IOException {
        NameChange.move(work.volume(), from, to);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("from", from);
        into.setPath("to", to);
    }

    static MoveFile read(JournalPart part) throws MalformedFileException {
        return new MoveFile(part.path("from"), part.path("to"));
    }
}

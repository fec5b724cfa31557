package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Removes a file.
 *
 * @since 0.1
 */
public record DeleteFile(Path path) implements Step {
    static final String KIND = "delete";

    @Override
    public String describe(StepNames names) {
        return "remove " + names.of(path);
    }

    @Override
    public List<Path> changed() {
        return List.of(path);
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
        locks.changesWhole(path);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(path);
        terms.known(path);
    }

    @Override
    public void run(StepWork work) throws IOException {
        NameChange.delete(work.volume(), path);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("path", path);
    }

    static DeleteFile read(JournalPart from) throws MalformedFileException {
        return new DeleteFile(from.path("path"));
    }
}

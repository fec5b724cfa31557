package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Gives staged content its name; see {@link StageText}.
 *
 * @since 0.1
 */
public record Publish(Path target) implements Step {
    static final String KIND = "publish";

    @Override
    public String describe(StepNames names) {
        return "put the new " + names.of(target) + " in place";
    }

    @Override
    public List<Path> changed() {
        return List.of(AtomicName.beside(target), target);
    }

    @Override
    public List<Path> told() {
        return List.of(target);
    }

    @Override
    public List<Path> removedOrReplaced() {
        return List.of(target);
    }

    /** A {@code .vmx} may be a link within its folder, to the file that is replaced. */
    @Override
    public Path actual(Path named, Volume volume) throws IOException {
        return volume.replaced(named);
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
        locks.changesWhole(target);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        for (Path path : changed()) {
            terms.file(terms.replaced(path));
        }
        if (terms.isStaged(target)) {
            terms.known(terms.replaced(target));
        }
    }

    @Override
    public void run(StepWork work) throws IOException {
        Path replaced = work.volume().replaced(target);
        NameChange.move(work.volume(), AtomicName.beside(replaced), replaced);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("target", target);
    }

    static Publish read(JournalPart from) throws MalformedFileException {
        return new Publish(from.path("target"));
    }
}

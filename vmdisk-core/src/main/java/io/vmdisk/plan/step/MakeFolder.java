package io.vmdisk.plan.step;

import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a new folder, for what is made after it. Undone by removing it if nothing is left in it.
 *
 * @param target must not exist; the folder above it must, or be made before
 * @since 0.1
 */
public record MakeFolder(Path target) implements Preparation {
    static final String KIND = "folder";

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public String describe(StepNames names) {
        return "make folder " + names.of(target);
    }

    @Override
    public long textBytes() {
        return 0;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) {}

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.folder(target);
    }

    @Override
    public void make(PreparationWork work) throws IOException {
        work.volume().createFolder(target);
        work.volume().forceNames(AtomicName.folderOf(target));
    }

    /** What somebody else put there meanwhile stays. */
    @Override
    public void unmake(Volume volume) throws IOException {
        if (volume.exists(target) && volume.list(target).isEmpty()) {
            NameChange.undo(volume, target);
        }
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.setPath("target", target);
        into.set("kind", KIND);
    }
}

package io.vmdisk.plan.step;

import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a new, empty disk under its own name, which nothing uses yet.
 *
 * @param target its descriptor; must not exist
 * @since 0.1
 */
public record CreateDisk(Path target, CreateSpec spec) implements Preparation {
    static final String KIND = "create";

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public String describe(StepNames names) {
        Path parent = spec.parent();
        return "create " + spec.format().word() + " disk " + names.of(target)
                + (parent == null ? "" : " on " + names.of(parent));
    }

    @Override
    public List<Path> told() {
        Path parent = spec.parent();
        return parent == null ? List.of(target) : List.of(target, parent);
    }

    @Override
    public List<Path> names() throws IOException {
        return StagedDisk.files(target, spec);
    }

    @Override
    public long textBytes() {
        return 0;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.ofNullable(spec.parent());
    }

    @Override
    public void lock(LockList locks) throws IOException {
        if (spec.parent() != null) {
            locks.readsDisk(spec.parent());
        }
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        for (Path file : names()) {
            terms.file(file);
        }
    }

    @Override
    public void make(PreparationWork work) throws IOException {
        StagedDisk.createEmpty(target, spec, work.like(spec.parent()), work.progress());
    }

    @Override
    public void unmake(Volume volume) throws IOException {
        NameChange.undoDisk(volume, target, names());
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.setPath("target", target);
        into.set("kind", KIND);
        SpecText.write(spec, into);
    }

    static CreateDisk read(Path target, JournalPart from) throws IOException {
        return new CreateDisk(target, SpecText.read(from));
    }
}

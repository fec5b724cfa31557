package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a disk larger.
 *
 * @param disk its descriptor, or the file that has it
 * @param capacity the new one, in bytes
 * @since 0.1
 */
public record GrowDisk(Path disk, long capacity) implements Step {
    static final String KIND = "grow";

    @Override
    public String describe(StepNames names) {
        return "grow " + names.of(disk) + " to " + capacity + " bytes";
    }

    @Override
    public List<Path> changed() {
        return List.of(disk);
    }

    @Override
    public boolean changesContent() {
        return true;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) throws IOException {
        locks.changesDisk(disk);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(disk);
    }

    @Override
    public void run(StepWork work) throws IOException {
        ShrinkDisk.resizer(work).grow(disk, capacity);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("disk", disk);
        into.setNumber("capacity", capacity);
    }

    static GrowDisk read(JournalPart from) throws MalformedFileException {
        return new GrowDisk(from.path("disk"), from.number("capacity"));
    }
}

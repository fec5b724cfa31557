package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.resize.DiskResize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a disk smaller that has nothing behind the new end; files behind it are removed by later steps.
 *
 * @param disk its descriptor, or the file that has it
 * @param capacity the new one, in bytes
 * @since 0.1
 */
public record ShrinkDisk(Path disk, long capacity) implements Step {
    static final String KIND = "shrink";

    @Override
    public String describe(StepNames names) {
        return "shrink " + names.of(disk) + " to " + capacity + " bytes";
    }

    @Override
    public List<Path> changed() {
        return List.of(disk);
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
        locks.changesDisk(disk);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(disk);
    }

    @Override
    public void run(StepWork work) throws IOException {
        resizer(work).finishShrink(disk, capacity);
    }

    /** The disk may be a link of a chain that is folded, so it is known that others depend on it. */
    static DiskResize resizer(StepWork work) {
        OpenOptions options = OpenOptions.writable()
                .withVolume(work.volume())
                .withPermission(OpenOptions.Permission.UNDER_LOCK)
                .withPermission(OpenOptions.Permission.WRITE_SHARED);
        return new DiskResize(options, work.progress());
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("disk", disk);
        into.setNumber("capacity", capacity);
    }

    static ShrinkDisk read(JournalPart from) throws MalformedFileException {
        return new ShrinkDisk(from.path("disk"), from.number("capacity"));
    }
}

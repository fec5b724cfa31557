package io.vmdisk.plan.step;

import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a full copy of a disk, with all its parents, in one.
 *
 * @param source the disk to copy
 * @param target must not exist
 * @param bytes what is copied of what the source holds
 * @param shared what is not, since the copy comes to stand on the source's blocks
 * @since 0.1
 */
public record CopyDisk(Path source, Path target, CreateSpec spec, long bytes, long shared) implements Preparation {
    static final String KIND = "copyDisk";

    private static final String SHARED = "shared";

    /** Tables of sparse formats and the descriptor: 8 bytes for each 64 KiB, and something to begin with. */
    private static final long BYTES_FOR_ONE_OF_TABLES = 8192;

    private static final long LEAST_TABLES = 64 << 10;

    /** A copy that shares nothing. */
    public CopyDisk(Path source, Path target, CreateSpec spec, long bytes) {
        this(source, target, spec, bytes, 0);
    }

    @Override
    public long room() {
        return (spec.format().isThick() ? Math.max(0, spec.capacity() - shared) : bytes)
                + spec.capacity() / BYTES_FOR_ONE_OF_TABLES
                + LEAST_TABLES;
    }

    @Override
    public String describe(StepNames names) {
        return "copy disk " + names.of(source) + " to " + spec.format().word() + " disk " + names.of(target);
    }

    @Override
    public List<Path> told() {
        return List.of(source, target);
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
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) throws IOException {
        locks.readsDisk(source);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        for (Path file : names()) {
            terms.file(file);
        }
    }

    @Override
    public void make(PreparationWork work) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(work.volume());
        try (VirtualDisk disk = VirtualDisk.open(source, options)) {
            new DiskConverter(Pipeline.defaultThreads(), work.like(source), work.progress())
                    .convert(disk, target, spec);
        }
    }

    @Override
    public void unmake(Volume volume) throws IOException {
        NameChange.undoDisk(volume, target, names());
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.setPath("target", target);
        into.set("kind", KIND);
        into.setPath("source", source);
        into.setNumber("bytes", bytes);
        if (shared > 0) {
            into.setNumber(SHARED, shared);
        }
        SpecText.write(spec, into);
    }

    static CopyDisk read(Path target, JournalPart from) throws IOException {
        return new CopyDisk(
                from.path("source"),
                target,
                SpecText.read(from),
                from.number("bytes"),
                from.has(SHARED) ? from.number(SHARED) : 0);
    }
}

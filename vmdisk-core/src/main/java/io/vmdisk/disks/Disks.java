package io.vmdisk.disks;

import io.vmdisk.Progress;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.compare.ChangedBlocks;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.JournalledResize;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What is done with whole disks, as {@link java.nio.file.Files} is for paths. Begin with {@link #standard()}; each {@code
 * with…} gives a changed copy. To read and write a disk's bytes, open it: {@link VirtualDisk}.
 *
 * <pre>{@code
 * Disks disks = Disks.standard();
 * disks.create(Path.of("new.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 20L << 30));
 * disks.convert(Path.of("web01.vmdk"), Path.of("web01.raw"), DiskFormat.RAW);
 * }</pre>
 *
 * <p>New disks get their names only when they are complete and durable; what fails or is cancelled leaves nothing behind.
 * Disks that others depend on, that are in use, or that are damaged are refused with an {@link io.vmdisk.VmdiskException},
 * whose subclass and code say why.
 *
 * <p>Immutable, and safe for many threads, as long as each works on other disks and the progress is thread-safe.
 *
 * @since 0.1
 */
public final class Disks {
    private static final Disks STANDARD = new Disks(OpenOptions.readOnly(), Progress.NONE, Pipeline.defaultThreads());

    private final OpenOptions opening;
    private final Progress progress;
    private final int threads;

    private Disks(OpenOptions opening, Progress progress, int threads) {
        this.opening = opening;
        this.progress = progress;
        this.threads = threads;
    }

    /** All checks, no progress, a worker for each core up to four. */
    public static Disks standard() {
        return STANDARD;
    }

    /** Followed by a progress, which may also cancel. */
    public Disks withProgress(Progress other) {
        return new Disks(opening, other, threads);
    }

    /**
     * With another number of workers.
     *
     * @param count at least one
     * @throws IllegalArgumentException if it is less
     */
    public Disks withThreads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " threads");
        }
        return new Disks(opening, progress, count);
    }

    /** With other ways to find parents and extents; whether disks are written to is each method's own matter. */
    public Disks withOpening(OpenOptions other) {
        return new Disks(other.withAccess(OpenOptions.Access.READ), progress, threads);
    }

    /** With another opener of files. */
    public Disks withVolume(Volume volume) {
        return withOpening(opening.withVolume(volume));
    }

    /** Opens a disk for reading, with its parents. */
    public VirtualDisk open(Path disk) throws IOException {
        return VirtualDisk.open(disk, opening);
    }

    /** Opens a disk for reading and writing; its parents are never written to. */
    public VirtualDisk openWritable(Path disk) throws IOException {
        return VirtualDisk.open(disk, opening.withAccess(OpenOptions.Access.WRITE));
    }

    /**
     * Makes an empty disk, or with a parent an empty link on it.
     *
     * @param target its descriptor or raw file, which must not exist
     * @throws io.vmdisk.OutOfSpaceException if it would not fit
     */
    public void create(Path target, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(target, spec, opening.volume(), progress);
    }

    /** Makes a disk of another format with the content of {@code source} and its parents. */
    public void convert(Path source, Path target, DiskFormat format) throws IOException {
        try (VirtualDisk disk = open(source)) {
            convert(disk, target, CreateSpec.of(format, disk.capacity()));
        }
    }

    /**
     * Makes a disk with the content of {@code source} and its parents.
     *
     * @param spec what it shall be; at least as large as the source
     * @throws io.vmdisk.OutOfSpaceException if it would not fit
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then there is no target
     */
    public void convert(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        new DiskConverter(threads, opening.volume(), progress).convert(source, target, spec);
    }

    /** The first byte at which a guest would see a difference, or empty if it sees none. */
    public OptionalLong firstDifference(Path a, Path b) throws IOException {
        try (VirtualDisk left = open(a);
                VirtualDisk right = open(b)) {
            return new DiskCompare(threads, progress)
                    .firstDifference(left, right)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        }
    }

    /** Tells all differences; see {@link DiskCompare}. */
    public void compare(VirtualDisk a, VirtualDisk b, DiskCompare.Differences differences) throws IOException {
        new DiskCompare(threads, progress).compare(a, b, differences);
    }

    /** Tells what changed between two points in time, without reading content; see {@link ChangedBlocks}. */
    public void changedBlocks(VirtualDisk older, VirtualDisk newer, ChangedBlocks.Changes changes) throws IOException {
        ChangedBlocks.between(older, newer, progress, changes);
    }

    /**
     * Makes a disk larger; the new part reads as zeros.
     *
     * @param capacity in bytes
     */
    public void grow(Path disk, long capacity) throws IOException {
        new JournalledResize(opening, progress).grow(disk, capacity);
    }

    /**
     * Makes a disk smaller where what lies behind its new end reads as zeros.
     *
     * @param capacity in bytes
     * @throws io.vmdisk.UnsafeStateException if there is data behind the new end
     */
    public void shrink(Path disk, long capacity) throws IOException {
        new JournalledResize(opening, progress).shrink(disk, capacity);
    }

    /** Looks for damage in a disk's own metadata and in how its chain fits together. */
    public CheckReport check(Path disk) throws IOException {
        return check(disk, CheckOptions.standard().withOpening(opening).withThreads(threads));
    }

    /** Looks for damage. */
    public CheckReport check(Path disk, CheckOptions options) throws IOException {
        return DiskCheck.run(disk, options, progress);
    }

    /** Plans to put the metadata of a disk's sparse files in order; nothing is done before {@link Repair#execute}. */
    public Repair repairTables(Path disk) throws IOException {
        return TableRepair.of(disk, opening);
    }
}

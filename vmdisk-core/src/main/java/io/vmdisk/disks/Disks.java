package io.vmdisk.disks;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.compare.ChangedBlocks;
import io.vmdisk.compare.DiskCompare;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.JournalledResize;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.disk.DiskRebase;
import io.vmdisk.repair.ChainRepair;
import io.vmdisk.repair.Clues;
import io.vmdisk.repair.DescriptorRepair;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.repair.RepairUndo;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.space.DiskPunch;
import io.vmdisk.space.DiskUnmap;
import io.vmdisk.storage.Sync;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.StreamExport;
import io.vmdisk.transfer.StreamImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
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
 * <p>New disks get their names only when they are complete and durable, unless {@link #withSync} says otherwise; what fails or is cancelled leaves nothing behind.
 * Disks that others depend on, that are in use, or that are damaged are refused with an {@link io.vmdisk.VmdiskException},
 * whose subclass and code say why.
 *
 * <p>Immutable, and safe for many threads, as long as each works on other disks and the progress is thread-safe.
 *
 * @since 0.1
 */
public final class Disks {
    private static final Disks STANDARD =
            new Disks(OpenOptions.readOnly(), Progress.NONE, Pipeline.defaultThreads(), Sync.END);

    private final OpenOptions opening;
    private final Progress progress;
    private final int threads;
    private final Sync sync;

    private Disks(OpenOptions opening, Progress progress, int threads, Sync sync) {
        this.opening = opening;
        this.progress = progress;
        this.threads = threads;
        this.sync = sync;
    }

    /** All checks, no progress, a worker for each core up to four. */
    public static Disks standard() {
        return STANDARD;
    }

    /** Followed by a progress, which may also cancel. */
    public Disks withProgress(Progress other) {
        return new Disks(opening, other, threads, sync);
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
        return new Disks(opening, progress, count, sync);
    }

    /** With other ways to find parents and extents; whether disks are written to is each method's own matter. */
    public Disks withOpening(OpenOptions other) {
        return new Disks(other.withAccess(OpenOptions.Access.READ), progress, threads, sync);
    }

    /** With another opener of files. */
    public Disks withVolume(Volume volume) {
        return withOpening(opening.withVolume(volume));
    }

    /** With new disks that become durable at another time; {@link Sync#END} if nothing is said. */
    public Disks withSync(Sync other) {
        return new Disks(opening, progress, threads, other);
    }

    /** Where new disks are made. */
    private Volume making() {
        return sync.on(opening.volume());
    }

    /** Opens a disk for reading, with its parents. */
    public VirtualDisk open(Path disk) throws IOException {
        return VirtualDisk.open(disk, opening);
    }

    /** Opens a disk for reading and writing; its parents are never written to. */
    public VirtualDisk openWritable(Path disk) throws IOException {
        return VirtualDisk.open(disk, changing());
    }

    private OpenOptions changing() {
        return opening.withAccess(OpenOptions.Access.WRITE);
    }

    /**
     * Makes an empty disk, or with a parent an empty link on it.
     *
     * @param target its descriptor or raw file, which must not exist
     * @throws io.vmdisk.OutOfSpaceException if it would not fit
     */
    public void create(Path target, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(target, spec, making(), progress);
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
        new DiskConverter(threads, making(), progress).convert(source, target, spec);
    }

    /**
     * Writes a disk, parents included, as one streamOptimized image, from front to back and without seeking.
     *
     * @param out blocks, such as that of a pipe; stays open
     * @param name what the file will be called, for its descriptor
     */
    public void exportStream(VirtualDisk source, WritableByteChannel out, String name) throws IOException {
        CreateSpec spec = CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, source.capacity());
        new StreamExport(threads, StreamExport.DEFAULT_LEVEL, progress).toChannel(source, out, spec, Path.of(name));
    }

    /**
     * Makes a disk of a streamOptimized image that is read once, from front to back.
     *
     * @param name what it is called in messages
     * @return what was odd about it, without doubt about the content
     * @throws io.vmdisk.MalformedFileException if it is damaged or not at its end; then there is no target
     */
    public List<Finding> importStream(InputStream stream, String name, Path target, DiskFormat format)
            throws IOException {
        StreamImport image = StreamImport.open(stream, Path.of(name), StreamImport.Damage.REFUSE);
        CreateSpec spec = CreateSpec.of(format, image.capacity()).withFacts(image.facts(DiskFacts.Identity.KEPT));
        return image.into(target, spec, threads, making(), progress).findings();
    }

    /**
     * Makes a disk of what can be read of a damaged one and its parents; what is lost reads as zeros, or as {@link
     * #withOpening} says.
     *
     * @return the ranges that are lost, ascending; empty if nothing is
     */
    public List<ByteRange> salvage(Path damaged, Path target, DiskFormat format) throws IOException {
        OpenOptions lenient = opening.damage() == OpenOptions.Damage.REFUSED
                ? opening.withDamage(OpenOptions.Damage.AS_ZEROS)
                : opening;
        return new DiskSalvage(damaged, lenient, progress).into(target, format).unreadable();
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

    /** Plans to put the metadata of a disk's sparse files in order; nothing is done before {@link Operation#run}. */
    public Operation repairTables(Path disk) throws IOException {
        return planned(TableRepair.of(disk, opening));
    }

    /** Plans to make an embedded or lost descriptor anew, from what the files of the disk tell. */
    public Operation repairDescriptor(Path disk) throws IOException {
        return planned(DescriptorRepair.of(disk, Clues.usual(), changing()));
    }

    /**
     * Plans to make every link of a chain remember its parent's present content ID, where it is proved that the parent's
     * content is the right one.
     *
     * @throws io.vmdisk.UnsafeStateException if it is not
     */
    public Operation relink(Path disk) throws IOException {
        return planned(ChainRepair.relink(disk, changing(), ChainRepair.Trust.PROOF));
    }

    /**
     * Plans to make a disk remember another place for its parent.
     *
     * @throws io.vmdisk.UnsafeStateException if nothing proves that this is its parent
     */
    public Operation relink(Path disk, Path parent) throws IOException {
        return planned(ChainRepair.parent(disk, parent, changing(), ChainRepair.Trust.PROOF));
    }

    /** Plans to bring back, byte for byte, what the last repair of a disk replaced, if nobody wrote there since. */
    public Operation undoRepair(Path disk) throws IOException {
        return planned(RepairUndo.of(disk, changing()));
    }

    private Operation planned(Repair repair) {
        return new DiskOperation(repair, opening.volume());
    }

    /** Puts a disk on another parent; what a guest sees stays the same. */
    public void rebase(Path disk, Path parent) throws IOException {
        new DiskRebase(changing(), progress).onto(disk, parent);
    }

    /** Copies into a disk what its parents hold, so that it needs none. */
    public void detach(Path disk) throws IOException {
        new DiskRebase(changing(), progress).ontoNothing(disk);
    }

    /**
     * Gives up grains that hold only zeros; the files get smaller by {@link #punch} or {@link #compact}.
     *
     * @return bytes of the disk that were given up
     */
    public long unmapZeros(Path disk) throws IOException {
        try (VirtualDisk open = openWritable(disk)) {
            return new DiskUnmap(open, DiskUnmap.Effect.UNMAP, threads, progress).zeros();
        }
    }

    /**
     * Makes holes where a disk's own files hold nothing that is used; on Linux, on JDK 22 or newer.
     *
     * @return bytes that the file system got back
     * @throws io.vmdisk.UnsupportedFeatureException if holes can't be made here
     */
    public long punch(Path disk) throws IOException {
        return new DiskPunch(disk, changing(), progress).punch();
    }

    /**
     * Writes a disk's own sparse files anew, without what is not used; needs room for the new ones beside the old.
     *
     * @return bytes by which they are smaller
     */
    public long compact(Path disk) throws IOException {
        return new DiskCompaction(disk, changing(), progress).run();
    }
}

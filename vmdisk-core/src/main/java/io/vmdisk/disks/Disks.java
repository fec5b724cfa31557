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
 * What is done with whole disks, as {@link java.nio.file.Files} is for paths. Begin with {@link #standard()}; each
 * {@code with…} returns a changed copy. To read and write a disk's bytes, open it: {@link VirtualDisk}.
 *
 * <pre>{@code
 * Disks disks = Disks.standard();
 * disks.create(Path.of("new.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 20L << 30));
 * disks.convert(Path.of("web01.vmdk"), Path.of("web01.raw"), DiskFormat.RAW);
 * }</pre>
 *
 * <p>New disks get their names only when they are complete and durable, unless {@link #withSync} says otherwise; work
 * that fails or is cancelled leaves nothing behind. A disk that others depend on, that is in use, or that is damaged is
 * refused with an {@link io.vmdisk.VmdiskException}; its subclass and code say why. All methods that are cancelled by
 * the progress end with {@link io.vmdisk.OperationCancelledException}.
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

    /** {@return the usual settings: all checks, no progress, and a worker for each core up to four} */
    public static Disks standard() {
        return STANDARD;
    }

    /**
     * With another progress, which may also cancel.
     *
     * @param other follows the work
     * @return a changed copy
     */
    public Disks withProgress(Progress other) {
        return new Disks(opening, other, threads, sync);
    }

    /**
     * With another number of workers.
     *
     * @param count at least 1
     * @return a changed copy
     * @throws IllegalArgumentException if it is less
     */
    public Disks withThreads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " threads");
        }
        return new Disks(opening, progress, count, sync);
    }

    /**
     * With another way to find parents and extents.
     *
     * @param other how files are found, and what is allowed; its access does not count, since each method opens disks
     *     as it needs to
     * @return a changed copy
     */
    public Disks withOpening(OpenOptions other) {
        return new Disks(other.withAccess(OpenOptions.Access.READ), progress, threads, sync);
    }

    /**
     * With another opener of files.
     *
     * @param volume opens the files
     * @return a changed copy
     */
    public Disks withVolume(Volume volume) {
        return withOpening(opening.withVolume(volume));
    }

    /**
     * With new disks that become durable at another time; {@link Sync#END} by default.
     *
     * @param other when new disks become durable
     * @return a changed copy
     */
    public Disks withSync(Sync other) {
        return new Disks(opening, progress, threads, other);
    }

    /** Where new disks are made. */
    private Volume making() {
        return sync.on(opening.volume());
    }

    /**
     * Opens a disk for reading, with its parents.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the open disk; the caller closes it
     * @throws IOException as {@link VirtualDisk#open(Path, OpenOptions)}
     */
    public VirtualDisk open(Path disk) throws IOException {
        return VirtualDisk.open(disk, opening);
    }

    /**
     * Opens a disk for reading and writing. Its parents are never written to.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the open disk; the caller closes it
     * @throws IOException as {@link VirtualDisk#open(Path, OpenOptions)}
     */
    public VirtualDisk openWritable(Path disk) throws IOException {
        return VirtualDisk.open(disk, changing());
    }

    private OpenOptions changing() {
        return opening.withAccess(OpenOptions.Access.WRITE);
    }

    /**
     * Makes an empty disk, or an empty link on a parent if the spec has one.
     *
     * @param target its descriptor or raw file, which must not exist
     * @param spec the settings of the new disk; every format but streamOptimized
     * @throws io.vmdisk.OutOfSpaceException if it would not fit
     * @throws io.vmdisk.LimitExceededException if the format can't have this size
     * @throws io.vmdisk.UnsupportedFeatureException if the format is streamOptimized, or can't have the parent that is
     *     given
     * @throws io.vmdisk.UnsafeStateException if a file of its name exists
     * @throws IOException if a file can't be written, or the parent can't be read
     */
    public void create(Path target, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(target, spec, making(), progress);
    }

    /**
     * Makes a disk of another format with the content of a disk and its parents. It keeps what guests boot by, and what
     * else the disk says of itself: {@link CreateSpec#copyOf}. To change that use
     * {@link #convert(VirtualDisk, Path, CreateSpec)}.
     *
     * @param source the disk to read
     * @param target the new disk's descriptor or file, which must not exist
     * @param format the new disk's format
     * @throws IOException as {@link VirtualDisk#open(Path, OpenOptions)} and
     *     {@link #convert(VirtualDisk, Path, CreateSpec)}
     */
    public void convert(Path source, Path target, DiskFormat format) throws IOException {
        try (VirtualDisk disk = open(source)) {
            convert(disk, target, CreateSpec.copyOf(disk, format));
        }
    }

    /**
     * Makes a disk with the content of a disk and its parents. Nothing but content is taken from the source: begin the
     * settings with {@link CreateSpec#copyOf}, or the copy has the adapter, hardware version and geometry of a new disk.
     *
     * @param source the disk to read; it stays open
     * @param target the new disk's descriptor or file, which must not exist
     * @param spec the settings of the new disk; at least as large as the source
     * @throws io.vmdisk.OutOfSpaceException if it would not fit
     * @throws io.vmdisk.LimitExceededException if it is smaller than the source, or the format can't have this size
     * @throws io.vmdisk.UnsupportedFeatureException if the format can't have the parent that is given
     * @throws io.vmdisk.UnsafeStateException if a file of its name exists
     * @throws io.vmdisk.MalformedFileException if the source is damaged
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then there is no target
     * @throws IOException if a file can't be read or written
     */
    public void convert(VirtualDisk source, Path target, CreateSpec spec) throws IOException {
        new DiskConverter(threads, making(), progress).convert(source, target, spec);
    }

    /**
     * Writes a disk, with its parents, as one streamOptimized image, from front to back and without seeking. It keeps
     * what the disk says of itself: {@link CreateSpec#copyOf}.
     *
     * @param source the disk to read; it stays open
     * @param out a channel in blocking mode, such as that of a pipe; it stays open. After a failure it holds a stream
     *     without its end, which readers refuse
     * @param name what the file will be called, for its descriptor
     * @throws io.vmdisk.MalformedFileException if the source is damaged
     * @throws io.vmdisk.OperationCancelledException if the progress said so
     * @throws IOException if a file can't be read, or the channel can't be written to
     */
    public void exportStream(VirtualDisk source, WritableByteChannel out, String name) throws IOException {
        CreateSpec spec = CreateSpec.copyOf(source, DiskFormat.STREAM_OPTIMIZED);
        new StreamExport(threads, StreamExport.DEFAULT_LEVEL, progress).toChannel(source, out, spec, Path.of(name));
    }

    /**
     * Makes a disk of a streamOptimized image, which is read once, from front to back. It keeps what the image says of
     * itself, as {@link DiskFacts#keptFrom} chooses.
     *
     * @param stream the image; it stays open
     * @param name what the image is called in messages
     * @param target the new disk's descriptor or file, which must not exist
     * @param format the new disk's format; every format but streamOptimized
     * @return what was odd about the image, without doubt about the content; may be empty
     * @throws io.vmdisk.MalformedFileException if the image is damaged or was cut; then there is no target
     * @throws io.vmdisk.UnsupportedFeatureException if the image holds only a delta, or the format is streamOptimized
     * @throws io.vmdisk.OutOfSpaceException if the new disk would not fit
     * @throws io.vmdisk.UnsafeStateException if a file of its name exists
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then there is no target
     * @throws IOException if the stream can't be read, or a file can't be written
     */
    public List<Finding> importStream(InputStream stream, String name, Path target, DiskFormat format)
            throws IOException {
        StreamImport image = StreamImport.open(stream, Path.of(name), StreamImport.Damage.REFUSE);
        return image.into(target, image.copyAs(format), threads, making(), progress)
                .findings();
    }

    /**
     * Makes a disk of what can be read of a damaged one and its parents. What is lost reads as zeros, or as
     * {@link #withOpening} says. It keeps what the disk says of itself: {@link CreateSpec#copyOf}.
     *
     * @param damaged the disk to read
     * @param target the new disk's descriptor or file, which must not exist
     * @param format the new disk's format
     * @return the ranges that are lost, in bytes, ascending; empty if nothing is lost
     * @throws io.vmdisk.UnsafeStateException if somebody writes to the damaged disk, or a file of the new disk's name
     *     exists
     * @throws io.vmdisk.OutOfSpaceException if the new disk would not fit
     * @throws io.vmdisk.MalformedFileException if nothing of the disk can be read
     * @throws io.vmdisk.UnsupportedFeatureException if the file is not a disk, or not of a kind that vmdisk reads
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then there is no target
     * @throws IOException if the file does not exist, or the new disk can't be written
     */
    public List<ByteRange> salvage(Path damaged, Path target, DiskFormat format) throws IOException {
        OpenOptions lenient = opening.damage() == OpenOptions.Damage.REFUSED
                ? opening.withDamage(OpenOptions.Damage.AS_ZEROS)
                : opening;
        return new DiskSalvage(damaged, lenient.withVolume(making()), progress)
                .into(target, format)
                .unreadable();
    }

    /**
     * Finds the first byte at which a guest would see a difference. Positions after a disk's end read as zeros.
     *
     * @param a a disk
     * @param b the other one
     * @return its position; empty if a guest sees none
     * @throws IOException as {@link VirtualDisk#open(Path, OpenOptions)} and
     *     {@link DiskCompare#compare(VirtualDisk, VirtualDisk, DiskCompare.Differences)}
     */
    public OptionalLong firstDifference(Path a, Path b) throws IOException {
        try (VirtualDisk left = open(a);
                VirtualDisk right = open(b)) {
            return new DiskCompare(threads, progress)
                    .firstDifference(left, right)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        }
    }

    /**
     * Reports all differences; see {@link DiskCompare}.
     *
     * @param a a disk
     * @param b the other one
     * @param differences takes the ranges
     * @throws IOException as {@link DiskCompare#compare(VirtualDisk, VirtualDisk, DiskCompare.Differences)}
     */
    public void compare(VirtualDisk a, VirtualDisk b, DiskCompare.Differences differences) throws IOException {
        new DiskCompare(threads, progress).compare(a, b, differences);
    }

    /**
     * Reports what changed between two points in time, without reading content; see {@link ChangedBlocks}.
     *
     * @param older the earlier point
     * @param newer the later point
     * @param changes takes the ranges
     * @throws IOException as
     *     {@link ChangedBlocks#between(VirtualDisk, VirtualDisk, io.vmdisk.Progress, ChangedBlocks.Changes)}
     */
    public void changedBlocks(VirtualDisk older, VirtualDisk newer, ChangedBlocks.Changes changes) throws IOException {
        ChangedBlocks.between(older, newer, progress, changes);
    }

    /**
     * Makes a disk larger; the new part reads as zeros.
     *
     * @param disk its descriptor or monolithic file
     * @param capacity the new size in bytes, rounded up to a multiple of 512
     * @throws io.vmdisk.UnsafeStateException if the disk is larger than that already, has a parent or children, or is
     *     in use
     * @throws io.vmdisk.LimitExceededException if the format can't have this size
     * @throws io.vmdisk.UnsupportedFeatureException if it is a bare extent, encrypted, or has two extents in one file
     * @throws io.vmdisk.OutOfSpaceException if a file can't grow where it is, and there is no room for a larger copy
     * @throws IOException if a file can't be read or written
     */
    public void grow(Path disk, long capacity) throws IOException {
        new JournalledResize(opening, progress).grow(disk, capacity);
    }

    /**
     * Makes a disk smaller if all bytes after its new end read as zeros.
     *
     * @param disk its descriptor or monolithic file
     * @param capacity the new size in bytes, rounded up to a multiple of 512, and to 512 at least; a larger size than
     *     the present one makes the disk larger
     * @throws io.vmdisk.UnsafeStateException if there is data after the new end, or the disk has a parent or children,
     *     or is in use
     * @throws io.vmdisk.LimitExceededException if a file of its format can't become smaller
     * @throws io.vmdisk.UnsupportedFeatureException if it is a bare extent, encrypted, or has two extents in one file
     * @throws IOException if a file can't be read or written
     */
    public void shrink(Path disk, long capacity) throws IOException {
        new JournalledResize(opening, progress).shrink(disk, capacity);
    }

    /**
     * Looks for damage in a disk's own metadata and in how its chain fits together.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the findings; damage is never an exception
     * @throws IOException as {@link DiskCheck#run}
     */
    public CheckReport check(Path disk) throws IOException {
        return check(disk, CheckOptions.standard().withOpening(opening).withThreads(threads));
    }

    /**
     * Looks for damage.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @param options how far the check goes; these settings' opening and workers don't count
     * @return the findings; damage is never an exception
     * @throws IOException as {@link DiskCheck#run}
     */
    public CheckReport check(Path disk, CheckOptions options) throws IOException {
        return DiskCheck.run(disk, options, progress);
    }

    /**
     * Plans to put the metadata of a disk's sparse files in order. Nothing is done before {@link Operation#run}.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the repair; empty if nothing is to be repaired
     * @throws io.vmdisk.MalformedFileException if the descriptor or a header is too damaged to tell
     * @throws IOException if a file can't be read
     */
    public Operation repairTables(Path disk) throws IOException {
        return planned(TableRepair.of(disk, opening));
    }

    /**
     * Plans to make a descriptor follow the files of its disk, or to make a lost or damaged one again from what they
     * say. Nothing is done before {@link Operation#run}.
     *
     * @param disk the descriptor, which may be missing, or the monolithic file
     * @return the repair; empty if nothing is to be repaired
     * @throws io.vmdisk.MalformedFileException if no extents of a disk with its name are there
     * @throws io.vmdisk.UnsafeStateException if it is a delta and nothing says on which disk it lies
     * @throws IOException if a file can't be read
     */
    public Operation repairDescriptor(Path disk) throws IOException {
        return planned(DescriptorRepair.of(disk, Clues.usual(), changing()));
    }

    /**
     * Plans to make every link of a chain remember its parent's present content ID, where it is proved that the
     * parent's content is the right one. Nothing is done before {@link Operation#run}.
     *
     * @param disk the topmost link of the chain
     * @return the repair; empty if all links fit
     * @throws io.vmdisk.UnsafeStateException if it is not proved, or a link that would change lies outside the disk's
     *     folder
     * @throws io.vmdisk.BrokenChainException if a parent is missing
     * @throws IOException if a file can't be read
     */
    public Operation relink(Path disk) throws IOException {
        return planned(ChainRepair.relink(disk, changing(), ChainRepair.Trust.PROOF));
    }

    /**
     * Plans to make a disk remember another place for its parent. Nothing is done before {@link Operation#run}.
     *
     * @param disk the child
     * @param parent the parent where it is now
     * @return the repair; empty if the disk remembers this parent already
     * @throws io.vmdisk.UnsafeStateException if nothing proves that this is its parent
     * @throws io.vmdisk.BrokenChainException if the parent lies on the disk itself, or has no content ID
     * @throws IOException if a file can't be read
     */
    public Operation relink(Path disk, Path parent) throws IOException {
        return planned(ChainRepair.parent(disk, parent, changing(), ChainRepair.Trust.PROOF));
    }

    /**
     * Plans to bring back, byte for byte, what the last repair of a disk replaced. Nothing is done before
     * {@link Operation#run}.
     *
     * @param disk the disk that was repaired
     * @return the undoing
     * @throws io.vmdisk.UnsafeStateException if no repair is known, or something was changed since
     * @throws IOException if a file can't be read
     */
    public Operation undoRepair(Path disk) throws IOException {
        return planned(RepairUndo.of(disk, changing()));
    }

    private Operation planned(Repair repair) {
        return new DiskOperation(repair, opening.volume());
    }

    /**
     * Puts a disk that has a parent on another one. What a guest sees stays the same: what the two parents do not have
     * in common is copied into the disk first.
     *
     * @param disk the child
     * @param parent the new parent
     * @throws io.vmdisk.UnsupportedFeatureException if the disk has no parent
     * @throws io.vmdisk.BrokenChainException if the chain of either is broken, the parent lies on the disk itself, or
     *     it has no content ID
     * @throws io.vmdisk.UnsafeStateException if the disk is in use or others depend on it
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then the disk has its old parent
     * @throws IOException if a file can't be read or written
     */
    public void rebase(Path disk, Path parent) throws IOException {
        new DiskRebase(changing(), progress).onto(disk, parent);
    }

    /**
     * Copies into a disk what its parents hold, so that it needs none. What a guest sees stays the same.
     *
     * @param disk the child
     * @throws io.vmdisk.UnsupportedFeatureException if the disk has no parent, or its type always needs one
     * @throws io.vmdisk.BrokenChainException if its chain is broken
     * @throws io.vmdisk.UnsafeStateException if the disk is in use or others depend on it
     * @throws io.vmdisk.OperationCancelledException if the progress said so; then the disk has its parent still
     * @throws IOException if a file can't be read or written
     */
    public void detach(Path disk) throws IOException {
        new DiskRebase(changing(), progress).ontoNothing(disk);
    }

    /**
     * Gives up grains that hold only zeros. The files become smaller by {@link #punch} or {@link #compact}.
     *
     * @param disk the disk; its parents are not touched
     * @return how many bytes of the disk were given up
     * @throws io.vmdisk.UnsupportedFeatureException if its grains are larger than 1 MiB
     * @throws io.vmdisk.UnsafeStateException if the disk is in use or others depend on it
     * @throws io.vmdisk.OperationCancelledException if the progress said so; what was given up stays so
     * @throws IOException if a file can't be read or written
     */
    public long unmapZeros(Path disk) throws IOException {
        try (VirtualDisk open = openWritable(disk)) {
            return new DiskUnmap(open, DiskUnmap.Effect.UNMAP, threads, progress).zeros();
        }
    }

    /**
     * Makes holes where a disk's own files hold nothing that is used. It works on Linux, on JDK 22 or newer, and the
     * files keep their lengths.
     *
     * @param disk the disk; others may depend on it
     * @return how many bytes are holes now that were looked at as unused; some may have been holes before
     * @throws io.vmdisk.UnsupportedFeatureException if holes can't be made here
     * @throws io.vmdisk.UnsafeStateException if a sparse file is damaged, or the disk is in use
     * @throws io.vmdisk.OperationCancelledException if the progress said so; the holes that were made stay
     * @throws IOException if a file can't be read or written
     */
    public long punch(Path disk) throws IOException {
        return new DiskPunch(disk, changing(), progress).punch();
    }

    /**
     * Makes a disk's own files smaller by what is not used. Hosted sparse and SEsparse files are packed in place;
     * VMFSsparse and flat files are written again, which needs room for the new file beside the old one.
     *
     * @param disk the disk; others may depend on it
     * @return by how many bytes the files are smaller
     * @throws io.vmdisk.OutOfSpaceException if there is no room for a new file
     * @throws io.vmdisk.UnsafeStateException if a file is damaged, or the disk or one that depends on it is in use
     * @throws io.vmdisk.OperationCancelledException if the progress said so
     * @throws IOException if a file can't be read or written
     */
    public long compact(Path disk) throws IOException {
        return new DiskCompaction(disk, changing(), progress).run();
    }
}

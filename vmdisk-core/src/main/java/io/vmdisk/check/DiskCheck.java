package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.evidence.ExtentSearch;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.ContainerKind;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for all that is wrong with a disk; changes nothing.
 *
 * <p>Every file is opened by itself, so a broken one hides nothing of the others. It throws only if there is nothing to
 * look at (the file does not exist, or is no disk at all) or if the file system itself fails, as with a folder that
 * can't be listed. Memory is bounded, however large the disk is.
 *
 * <p>Has no state between calls, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DiskCheck {
    private final CheckOptions options;
    private final Progress progress;
    private final FindingList findings = new FindingList();
    private final Set<Path> files = new LinkedHashSet<>();
    private final LinkCheck links;
    private final ChainCheck chains;
    /** Links that were looked into, by what the file system knows them by. */
    private final Set<Object> looked = new HashSet<>();

    private DiskCheck(CheckOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        this.links = new LinkCheck(options, progress, findings, files);
        this.chains = new ChainCheck(options.opening().volume(), findings);
    }

    /**
     * Checks the disk that a descriptor, a monolithic file or a bare extent stands for.
     *
     * @param disk the file to begin with
     * @param options how far the check goes
     * @param progress follows the reading and may cancel it
     * @return the files that were looked at and the findings
     * @throws java.nio.file.NoSuchFileException if the file does not exist and no extents of a disk with its name lie
     *     beside it
     * @throws io.vmdisk.UnsupportedFeatureException if the file is not a disk
     * @throws io.vmdisk.OperationCancelledException if {@code progress} said so
     * @throws IOException if the file or a folder can't be read
     */
    public static CheckReport run(Path disk, CheckOptions options, Progress progress) throws IOException {
        DiskCheck check = new DiskCheck(options, progress);
        check.check(disk);
        return check.report(disk);
    }

    /**
     * Checks several disks; files that they share are looked into once. Here a disk that leaves nothing to look at is a
     * finding too, and the other disks are checked all the same.
     *
     * @param subject what the report is about, such as a machine's configuration
     * @param disks the files to begin with, in the order of the report
     * @param options how far the check goes
     * @param progress follows the reading and may cancel it
     * @return one report of all disks, in their order
     * @throws io.vmdisk.OperationCancelledException if {@code progress} said so
     * @throws IOException never otherwise: what can't be read becomes a finding
     */
    public static CheckReport ofAll(Path subject, Collection<Path> disks, CheckOptions options, Progress progress)
            throws IOException {
        DiskCheck check = new DiskCheck(options, progress);
        for (Path disk : disks) {
            try {
                check.check(disk);
            } catch (OperationCancelledException e) {
                throw e;
            } catch (NoSuchFileException e) {
                check.findings.add("disk.missing", Severity.ERROR, disk, "the disk is not there", "bring it back");
            } catch (IOException e) {
                check.findings.add("disk.unreadable", disk, e);
            }
        }
        return check.report(subject);
    }

    private CheckReport report(Path subject) {
        return new CheckReport(subject, List.copyOf(files), findings.toList());
    }

    private void check(Path disk) throws IOException {
        OpenOptions opening = options.opening();
        if (!opening.volume().exists(disk)
                && !ExtentSearch.beside(opening.volume(), disk).isEmpty()) {
            findings.descriptorLost(opening.volume(), disk);
            return;
        }
        boolean alone = opening.parents() == OpenOptions.Parents.NONE;
        DiskChain chain;
        try {
            // A parent with another content ID is looked at all the same: there may be more to find below it.
            chain = DiskChain.of(disk, alone ? opening : opening.withParents(OpenOptions.Parents.IGNORE_CONTENT_ID));
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            withoutDescriptor(disk, e);
            return;
        }
        List<DiskLink> wanted = options.scope() == CheckOptions.Scope.CHAIN
                ? chain.links()
                : chain.links().subList(0, 1);
        for (DiskLink link : wanted) {
            if (looked.add(opening.volume().facts(link.path()).key())) {
                links.check(link);
            }
        }
        chains.check(chain);
    }

    /** The descriptor can't be read: the tables of the file that holds it still can, perhaps. */
    private void withoutDescriptor(Path disk, VmdiskException cause) throws IOException {
        Volume volume = options.opening().volume();
        files.add(disk);
        try (BlockFile file = volume.open(disk, OpenMode.READ)) {
            ByteBuffer start = FileStart.of(file);
            Optional<SparseFormat> format = Formats.of(start);
            if (format.isPresent()) {
                findings.add("disk.unreadable", disk, cause);
                findings.addAll(format.get().check(file, progress), disk);
            } else if (ContainerKind.of(start) == ContainerKind.CHANGE_TRACKING) {
                throw cause;
            } else if (Descriptor.looksLike(start)) {
                findings.add("disk.descriptor", disk, cause);
            } else if (ExtentSearch.beside(volume, disk).isEmpty()) {
                throw cause;
            } else {
                findings.descriptorLost(volume, disk);
            }
        }
    }
}

package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.ContainerKind;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for all that is wrong with a disk; changes nothing.
 *
 * <p>Every file is opened by itself, so one that is broken hides nothing of the others. Only what leaves nothing to look
 * at is an exception: the file is not there, or is no disk at all. Memory is bounded whatever the disk's size. Used
 * once, by one thread.
 */
public final class DiskCheck {
    private final Path disk;
    private final CheckOptions options;
    private final Progress progress;
    private final FindingList findings = new FindingList();
    private final Set<Path> files = new LinkedHashSet<>();

    private DiskCheck(Path disk, CheckOptions options, Progress progress) {
        this.disk = disk;
        this.options = options;
        this.progress = progress;
    }

    /** Checks the disk that a descriptor, monolithic file or bare extent stands for. */
    public static CheckReport run(Path disk, CheckOptions options, Progress progress) throws IOException {
        DiskCheck check = new DiskCheck(disk, options, progress);
        check.run();
        return new CheckReport(disk, List.copyOf(check.files), check.findings.toList());
    }

    private void run() throws IOException {
        OpenOptions opening = options.opening();
        boolean alone = opening.parents() == OpenOptions.Parents.NONE;
        DiskChain chain;
        try {
            // A parent with another content ID is looked at all the same: there may be more to find below it.
            chain = DiskChain.of(disk, alone ? opening : opening.withParents(OpenOptions.Parents.IGNORE_CONTENT_ID));
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            withoutDescriptor(e);
            return;
        }
        LinkCheck links = new LinkCheck(options, progress, findings, files);
        List<DiskLink> wanted = options.scope() == CheckOptions.Scope.CHAIN
                ? chain.links()
                : chain.links().subList(0, 1);
        for (DiskLink link : wanted) {
            links.check(link);
        }
        new ChainCheck(opening.volume(), findings).check(chain);
    }

    /** The descriptor can't be read: the tables of the file that holds it still can, perhaps. */
    private void withoutDescriptor(VmdiskException cause) throws IOException {
        Volume volume = options.opening().volume();
        files.add(disk);
        try (BlockFile file = volume.open(disk, OpenMode.READ)) {
            ByteBuffer start = ByteBuffer.allocate(ContainerKind.PROBE_BYTES);
            file.read(0, start);
            start.flip();
            ContainerKind kind = ContainerKind.of(start);
            switch (kind) {
                case HOSTED, COWD, SESPARSE -> {
                    findings.add("disk.unreadable", disk, cause);
                    findings.addAll(SparseCheck.run(file, kind, progress));
                }
                case CHANGE_TRACKING -> throw cause;
                case OTHER -> {
                    if (Descriptor.looksLike(start)) {
                        findings.add("disk.descriptor", disk, cause);
                    } else if (ExtentSearch.beside(volume, disk).isEmpty()) {
                        throw cause;
                    } else {
                        findings.add(
                                "disk.descriptor-lost",
                                Severity.ERROR,
                                disk,
                                "this is no descriptor any more, but its extents are there: "
                                        + ExtentSearch.beside(volume, disk),
                                "'vmdisk repair --descriptor' rebuilds it");
                    }
                }
            }
        }
    }
}

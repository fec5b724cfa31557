package io.vmdisk.space;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.plan.Recovery;
import io.vmdisk.space.OwnFiles.OwnFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a disk's own files smaller.
 *
 * <p>Hosted sparse and SEsparse files are packed in place: grains of the end move into free space, then the file is cut;
 * that needs no room. VMFSsparse and flat files are written anew beside themselves and swapped by one rename. Either way
 * every file reads the same before, after, and whenever a crash comes between; descriptor, content ID and children need
 * not know. Refused while the disk, or one that stands on it, is in use.
 */
public final class DiskCompaction {
    private final Path disk;
    private final OpenOptions options;
    private final Progress progress;
    private final Volume volume;

    /** What is done with a file. */
    public enum Way {
        /** Its grains move, then it is cut. */
        IN_PLACE,
        /** A dense twin takes its name. */
        REWRITE
    }

    /**
     * What would become of a file.
     *
     * @param bytes its length, of a flat file what it takes
     * @param bytesAfter the same afterwards
     * @param room bytes that its file store may have to give meanwhile
     */
    public record Part(Path file, Way way, long bytes, long bytesAfter, long room) {}

    /** The disk's own files. */
    public DiskCompaction(Path disk, OpenOptions options, Progress progress) {
        this.disk = disk;
        // The content stays what it is, so children do no harm.
        this.options = options.withPermission(OpenOptions.Permission.WRITE_SHARED);
        this.progress = progress;
        this.volume = options.volume();
    }

    private DiskChain chain() throws IOException {
        return DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE));
    }

    /** Looks at every file; changes nothing. */
    public List<Part> plan() throws IOException {
        return plan(chain());
    }

    private List<Part> plan(DiskChain chain) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (OwnFile own : OwnFiles.of(chain.top(), volume)) {
            try (BlockFile file = volume.open(own.path(), OpenMode.READ)) {
                parts.add(part(own, file));
            }
        }
        return parts;
    }

    private Part part(OwnFile own, BlockFile file) throws IOException {
        if (own.format().isPresent()) {
            SparseFormat format = own.format().get();
            long packed = format.packedBytes(file, progress);
            return new Part(own.path(), wayOf(format), file.size(), packed, wayOf(format) == Way.REWRITE ? packed : 0);
        }
        long known = file.allocatedBytes();
        long taken = known >= 0 ? known : file.size();
        FlatZeros.Sizes sizes = new FlatZeros(file, progress).sizes();
        long after = Math.max(0, taken - sizes.zeros());
        boolean shares = volume.sharesBlocksOf(AtomicName.folderOf(volume.followed(own.path())), file);
        return new Part(own.path(), Way.REWRITE, taken, after, shares ? sizes.scattered() : after);
    }

    private static Way wayOf(SparseFormat format) {
        return switch (format.packing()) {
            case IN_PLACE -> Way.IN_PLACE;
            case REWRITE -> Way.REWRITE;
        };
    }

    /** Refuses what {@link #run} would refuse, as far as it is known ahead; changes nothing. */
    public void requirePossible() throws IOException {
        for (OwnFile own : OwnFiles.of(chain().top(), volume)) {
            if (own.format().isPresent()) {
                try (BlockFile file = volume.open(own.path(), OpenMode.READ)) {
                    part(own, file);
                }
            }
        }
    }

    /**
     * Makes the files smaller that can be.
     *
     * @return bytes that they are smaller by
     */
    public long run() throws IOException {
        DiskChain chain = chain();
        refuseUsedChildren(disk, new HashSet<>());
        new Recovery(volume, progress).refuseInterrupted(AtomicName.folderOf(disk));
        Closeable lock = DiskUse.take(chain, options);
        try (lock) {
            List<Part> parts = plan(chain);
            requireRoom(parts);
            List<OwnFile> files = OwnFiles.of(chain.top(), volume);
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).bytesAfter() < parts.get(i).bytes()) {
                    compact(files.get(i));
                }
            }
            return saved(parts);
        }
    }

    /** Bytes that the files of a plan will be smaller by. */
    public static long saved(List<Part> parts) {
        return parts.stream()
                .mapToLong(part -> part.bytes() - part.bytesAfter())
                .sum();
    }

    /** A machine that runs on a child has this disk's tables in its memory. */
    private void refuseUsedChildren(Path parent, Set<Path> seen) throws IOException {
        OpenOptions alone = options.withParents(OpenOptions.Parents.NONE);
        for (Path child : Dependants.of(parent, options)) {
            if (seen.add(child)) {
                DiskLink link = DiskChain.of(child, alone).top();
                DiskUse.refuse(link, alone);
                refuseUsedChildren(child, seen);
            }
        }
    }

    private void requireRoom(List<Part> parts) throws IOException {
        for (Part part : parts) {
            if (part.bytesAfter() < part.bytes()) {
                Path folder = AtomicName.folderOf(part.file());
                long free = volume.freeBytes(folder);
                if (part.room() > free) {
                    throw new OutOfSpaceException(
                            "compact",
                            part.file(),
                            "the new file beside it needs " + part.room() + " bytes, " + free + " are free",
                            Remedy.of(Kind.FREE_SPACE)
                                    .and("; ")
                                    .with(Kind.PUNCH)
                                    .and(" needs none"));
                }
            }
        }
    }

    private void compact(OwnFile own) throws IOException {
        if (own.format().map(DiskCompaction::wayOf).orElse(Way.REWRITE) == Way.REWRITE) {
            rewrite(own);
            return;
        }
        try (BlockFile file = volume.open(own.path(), OpenMode.WRITE)) {
            own.format().get().pack(file, progress);
        }
    }

    private void rewrite(OwnFile own) throws IOException {
        Path old = volume.followed(own.path());
        Path fresh = AtomicName.beside(old);
        if (volume.exists(fresh)) {
            volume.delete(fresh);
        }
        try {
            try (BlockFile file = volume.open(own.path(), OpenMode.READ);
                    BlockFile twin = volume.createLike(fresh, old)) {
                if (own.format().isPresent()) {
                    own.format().get().packInto(file, twin, progress);
                } else {
                    new FlatZeros(file, progress).rewrite(twin);
                }
            }
        } catch (IOException | RuntimeException e) {
            try {
                volume.delete(fresh);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        volume.rename(fresh, old);
        volume.forceNames(AtomicName.folderOf(old));
    }
}

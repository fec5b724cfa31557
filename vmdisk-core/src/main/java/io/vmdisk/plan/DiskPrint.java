package io.vmdisk.plan;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.step.Content;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a disk's files and their folder look like, as far as a change of size changes it: the descriptor's text, names,
 * lengths, and the beginnings of files, which hold headers.
 *
 * <p>Tables that lie further behind need no look: as long as neither header nor descriptor tells of another size they say
 * what they said, but for grains of zeros that were given back.
 */
final class DiskPrint {
    /** More than the headers of any kind of extent take. */
    private static final int HEAD_BYTES = 64 << 10;

    private final Volume volume;
    private final DiskLink disk;
    private final OpenOptions options;
    private final List<Path> files;
    private final Path folder;
    private final List<Path> names;
    private final Map<Path, Head> heads;

    private record Head(long size, Content bytes) {}

    private DiskPrint(DiskLink disk, OpenOptions options) throws IOException {
        this.volume = options.volume();
        this.disk = disk;
        this.options = options;
        this.files = new ArrayList<>(List.of(disk.path()));
        for (ExtentPlace place : disk.extents()) {
            place.file().ifPresent(files::add);
        }
        this.folder = AtomicName.folderOf(disk.path());
        this.names = names();
        this.heads = heads();
    }

    /** As it is now. */
    static DiskPrint of(Path disk, OpenOptions options) throws IOException {
        OpenOptions alone = options.withParents(OpenOptions.Parents.NONE);
        return new DiskPrint(DiskChain.of(disk, alone).top(), alone);
    }

    /** Whether nothing has changed since. */
    boolean isStill() throws IOException {
        // The text may be of any length and lie anywhere in an extent, so it is compared as such.
        return names.equals(names())
                && heads.equals(heads())
                && DiskChain.of(disk.path(), options).top().descriptor().hasTextOf(disk.descriptor());
    }

    private List<Path> names() throws IOException {
        return volume.list(folder).stream()
                .filter(file -> !file.getFileName().toString().contains(FolderLock.OWN_PREFIX))
                .toList();
    }

    private Map<Path, Head> heads() throws IOException {
        Map<Path, Head> found = new TreeMap<>();
        for (Path path : files) {
            if (volume.exists(path)) {
                found.put(path, head(path));
            }
        }
        return found;
    }

    private Head head(Path path) throws IOException {
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), HEAD_BYTES));
            file.readFully(0, bytes);
            return new Head(file.size(), Content.of(bytes.array()));
        }
    }
}

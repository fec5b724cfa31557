package io.vmdisk.plan;

import io.vmdisk.disk.DiskChain;
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
 * What a disk's files and their folder look like, as far as a change of size changes it: names, lengths, and the
 * beginnings of files, which hold headers and descriptors.
 */
final class DiskPrint {
    /** More than the header and the embedded descriptor of any kind of extent have, and than a descriptor's extent lines. */
    private static final int HEAD_BYTES = 64 << 10;

    private final Volume volume;
    private final List<Path> files;
    private final Path folder;
    private final List<Path> names;
    private final Map<Path, Head> heads;

    private record Head(long size, Content bytes) {}

    private DiskPrint(Volume volume, List<Path> files, Path folder) throws IOException {
        this.volume = volume;
        this.files = files;
        this.folder = folder;
        this.names = names();
        this.heads = heads();
    }

    /** As it is now. */
    static DiskPrint of(Path disk, OpenOptions options) throws IOException {
        List<Path> files = new ArrayList<>(List.of(disk));
        for (ExtentPlace place : DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top()
                .extents()) {
            place.file().ifPresent(files::add);
        }
        return new DiskPrint(options.volume(), files, AtomicName.folderOf(disk));
    }

    /** Whether nothing has changed since. */
    boolean isStill() throws IOException {
        return names.equals(names()) && heads.equals(heads());
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

package io.vmdisk.repair;

import io.vmdisk.Progress;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.MetadataRepair;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Repair;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.ExtentFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the metadata of a disk's sparse files in order: hosted tables from their other copy, COWD headers, SEsparse maps
 * (which gives leaked grains back too), and marks of an unclean shutdown.
 *
 * <p>Each file is repaired by itself, each repair can be made again. Guest data is never touched.
 */
public final class TableRepair implements Repair {
    private final Volume volume;
    private final List<Part> parts;
    private final List<String> lines;
    private final List<String> notes;

    private TableRepair(Volume volume, List<Part> parts, List<String> lines, List<String> notes) {
        this.volume = volume;
        this.parts = parts;
        this.lines = lines;
        this.notes = notes;
    }

    private record Part(Path file, SparseFormat format, Path kept, long keptBytes) {}

    /** Plans the repair of the disk's own files. */
    public static Repair of(Path disk, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        List<Part> parts = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Path path : sparseFiles(disk, options)) {
            try (BlockFile file = volume.open(path, OpenMode.READ)) {
                plan(volume, file, parts, lines, notes);
            }
        }
        return new TableRepair(volume, parts, List.copyOf(lines), List.copyOf(notes));
    }

    private static Set<Path> sparseFiles(Path disk, OpenOptions options) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        for (ExtentPlace place : DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top()
                .extents()) {
            if (!place.line().type().isPlain() && place.file().isPresent()) {
                files.add(ExtentFiles.existing(options.volume(), place.file().get()));
            }
        }
        return files;
    }

    private static void plan(Volume volume, BlockFile file, List<Part> parts, List<String> lines, List<String> notes)
            throws IOException {
        Optional<SparseFormat> format = Formats.of(file);
        Optional<MetadataRepair> repair = format.isPresent() ? format.get().planRepair(file) : Optional.empty();
        if (repair.isPresent()) {
            Path kept = Originals.nameFor(volume, file.path());
            long keptBytes = Math.min(repair.get().metadataBytes(), file.size());
            parts.add(new Part(file.path(), format.get(), kept, keptBytes));
            lines.add("keep the first " + keptBytes + " bytes of " + file.path().getFileName() + " as "
                    + kept.getFileName());
            lines.add(repair.get().change());
            notes.addAll(repair.get().notes());
        }
    }

    @Override
    public List<String> describe() {
        return lines;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<Path> changes() {
        return parts.stream().map(part -> part.file).toList();
    }

    @Override
    public List<KeptPart> keeps() {
        return parts.stream().map(part -> new KeptPart(part.file, part.kept, 0)).toList();
    }

    @Override
    public void perform(Progress progress) throws IOException {
        Map<Path, Long> sizes = UndoNote.sizes(volume, keeps());
        for (Part part : parts) {
            FolderLock.refuseJournal(volume, AtomicName.folderOf(part.file));
            Closeable lock = new FileLocks(volume).changed(part.file).take();
            try (lock;
                    BlockFile file = volume.open(part.file, OpenMode.WRITE)) {
                Originals.keepHead(volume, file, part.keptBytes, part.kept);
                part.format.repair(file, progress);
            }
        }
        UndoNote.write(volume, keeps(), sizes);
    }
}

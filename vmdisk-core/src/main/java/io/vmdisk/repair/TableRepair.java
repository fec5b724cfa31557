package io.vmdisk.repair;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.check.SparseCheck;
import io.vmdisk.disk.ContainerKind;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.ExtentFiles;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.cowd.CowdRepair;
import io.vmdisk.extent.hosted.HostedRepair;
import io.vmdisk.extent.sesparse.SeSparseRepair;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

    private record Part(Path file, ContainerKind kind, Path kept, long keptBytes) {}

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
        ContainerKind kind = ContainerKind.of(file);
        String name = String.valueOf(file.path().getFileName());
        List<Finding> findings = SparseCheck.run(file, kind, Progress.NONE);
        switch (kind) {
            case HOSTED -> {
                HostedRepair.Outcome outcome = HostedRepair.plan(file, Progress.NONE);
                if (outcome.isEmpty()) {
                    return;
                }
                add(volume, file, kind, HostedRepair.metadataBytes(file), parts, lines);
                lines.add("set in " + name + ": " + outcome.tables() + " directory entries and " + outcome.entries()
                        + " table entries from the other copy" + (outcome.unclean() ? ", mark it as closed" : ""));
            }
            case COWD -> {
                if (has(findings, "cowd.free-sector", "cowd.unclean", "cowd.cut")) {
                    add(volume, file, kind, ContainerKind.PROBE_BYTES, parts, lines);
                    lines.add("set in " + name + ": the first free sector, mark it as closed");
                }
            }
            case SESPARSE -> {
                if (has(
                        findings,
                        "sesparse.live-grain-free",
                        "sesparse.back-map",
                        "sesparse.free-table",
                        "sesparse.table-leak",
                        "sesparse.leak")) {
                    add(volume, file, kind, SeSparseRepair.metadataBytes(file), parts, lines);
                    lines.add("rebuild in " + name + ": free bitmap, back map and table count from the grain tables");
                    notes.add(name + ": leaked grains are free again afterwards");
                }
            }
            case CHANGE_TRACKING, OTHER -> {}
        }
    }

    private static boolean has(List<Finding> findings, String... ids) {
        return findings.stream().anyMatch(finding -> List.of(ids).contains(finding.id()));
    }

    private static void add(
            Volume volume, BlockFile file, ContainerKind kind, long bytes, List<Part> parts, List<String> lines)
            throws IOException {
        Path kept = Originals.nameFor(volume, file.path());
        long keptBytes = Math.min(bytes, file.size());
        parts.add(new Part(file.path(), kind, kept, keptBytes));
        lines.add(
                "keep the first " + keptBytes + " bytes of " + file.path().getFileName() + " as " + kept.getFileName());
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
    public void execute(Progress progress) throws IOException {
        for (Part part : parts) {
            FolderLock.refuseJournal(volume, AtomicName.folderOf(part.file));
            Closeable lock = new FileLocks(volume).changed(part.file).take();
            try (lock;
                    BlockFile file = volume.open(part.file, OpenMode.WRITE)) {
                Originals.keepHead(volume, file, part.keptBytes, part.kept);
                switch (part.kind) {
                    case HOSTED -> HostedRepair.restoreTables(file, progress);
                    case COWD -> CowdRepair.resetHeader(file, progress);
                    case SESPARSE -> SeSparseRepair.rebuildMaps(file, progress);
                    case CHANGE_TRACKING, OTHER -> throw new IllegalStateException("not planned");
                }
            }
        }
    }
}

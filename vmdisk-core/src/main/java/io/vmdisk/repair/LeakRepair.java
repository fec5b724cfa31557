package io.vmdisk.repair;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.plan.Repair;
import io.vmdisk.space.DiskCompaction;
import io.vmdisk.space.OwnFiles;
import io.vmdisk.space.OwnFiles.OwnFile;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives back what a disk's sparse files hold but no entry names.
 *
 * <p>SEsparse keeps a list of what is free, so its maps are rebuilt. Hosted sparse and VMFSsparse keep none: there the
 * file itself is made shorter by {@link DiskCompaction}. Nothing that an entry names is overwritten, so no original is
 * kept.
 */
public final class LeakRepair implements Repair {
    /** How the findings of all formats are called that tell of grains which no entry names. */
    private static final String LEAK = ".leak";

    private final Path disk;
    private final OpenOptions options;
    private final List<String> lines;

    private LeakRepair(Path disk, OpenOptions options, List<String> lines) {
        this.disk = disk;
        this.options = options;
        this.lines = List.copyOf(lines);
    }

    /** Plans the repair of the disk's own files. */
    public static Repair of(Path disk, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        DiskChain chain = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE));
        List<OwnFile> files = OwnFiles.of(chain.top(), volume);
        if (files.stream()
                .anyMatch(
                        file -> file.format().map(SparseFormat::listsFreeGrains).orElse(false))) {
            return TableRepair.of(disk, options);
        }
        List<String> lines = new ArrayList<>();
        if (leaks(files, volume)) {
            for (DiskCompaction.Part part : new DiskCompaction(disk, options, Progress.NONE).plan()) {
                if (part.bytesAfter() < part.bytes()) {
                    lines.add((part.way() == DiskCompaction.Way.IN_PLACE ? "pack and cut " : "write anew ")
                            + part.file().getFileName() + ": " + part.bytes() + " to " + part.bytesAfter() + " bytes");
                }
            }
        }
        return new LeakRepair(disk, options, lines);
    }

    private static boolean leaks(List<OwnFile> files, Volume volume) throws IOException {
        for (OwnFile own : files) {
            try (BlockFile file = volume.open(own.path(), OpenMode.READ)) {
                List<Finding> findings =
                        own.format().isPresent() ? own.format().get().check(file, Progress.NONE) : List.of();
                if (findings.stream().anyMatch(finding -> finding.id().endsWith(LEAK))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public List<String> describe() {
        return lines;
    }

    @Override
    public List<String> notes() {
        return lines.isEmpty()
                ? List.of()
                : List.of("no original is kept, so this can't be undone: nothing that is used is overwritten");
    }

    @Override
    public List<Path> changes() {
        return lines.isEmpty() ? List.of() : List.of(disk);
    }

    @Override
    public void perform(Progress progress) throws IOException {
        new DiskCompaction(disk, options, progress).run();
        Volume volume = options.volume();
        DiskChain chain = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE));
        if (leaks(OwnFiles.of(chain.top(), volume), volume)) {
            throw new UnsupportedFeatureException(
                    "leaks-between-tables",
                    disk,
                    "what could be given back was; some space that nothing uses lies between tables, which stay where"
                            + " they are",
                    Remedy.of(Kind.CONVERT).and(" writes the disk without it"));
        }
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.Compaction;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.Set;

/**
 * Finds space in a hosted sparse file that nothing uses, and makes the file shorter in place.
 *
 * <p>Grains move; header, descriptor, directories and tables stay where they are. Each flush writes the redundant tables
 * before the others, so that one copy is whole whenever a crash comes. The file must be sound and nobody may have it open.
 */
final class HostedCompaction {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** What says that an entry may name a place which a walk over the disk does not meet. */
    private static final Set<String> UNSURE = Set.of("hosted.unclean", "hosted.entry-behind-disk");

    private final BlockFile file;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final GrainMap map;
    private final HostedSpace space;
    private final Progress progress;

    private HostedCompaction(BlockFile file, HostedHeader header, Progress progress) throws IOException {
        this.file = file;
        this.header = header;
        this.progress = progress;
        this.layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        this.space = new HostedSpace(file, header, HostedSpace.ZeroMarks.AS_HEADER);
        TableCache cache = new TableCache(TableCache.DEFAULT_BUDGET_BYTES);
        this.map = HostedExtents.map(file, header, cache, HostedCodec.strict(file.path(), header, space::endBytes));
    }

    private static HostedCompaction of(BlockFile file, Progress progress) throws IOException {
        HostedHeader header = HostedExtents.header(file);
        if (header.has(HostedFlags.COMPRESSED)) {
            throw new UnsupportedFeatureException(
                    "stream-write",
                    file.path(),
                    "a stream-optimised disk can't be changed in place",
                    "convert it; the new one is as small as it can be");
        }
        for (Finding finding : HostedChecker.check(file, progress)) {
            if (finding.severity() == Severity.ERROR || UNSURE.contains(finding.id())) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "grains are moved in sound files only: " + finding.message(),
                        Remedy.of(Kind.REPAIR_TABLES).and(", or convert the disk, which only reads it"));
            }
        }
        return new HostedCompaction(file, header, progress);
    }

    /** The length that the file would have; changes nothing. */
    static long compactedBytes(BlockFile file, Progress progress) throws IOException {
        return of(file, progress).plan().endBytes();
    }

    /** Makes the file as short as its grains allow. */
    static void compact(BlockFile file, Progress progress) throws IOException {
        HostedCompaction compaction = of(file, progress);
        compaction.plan().run(compaction.space, progress);
    }

    /** Tells the stretches that take space for nothing. */
    static void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        HostedCompaction compaction = of(file, progress);
        long metadata = compaction.firstGrainByte();
        new SlotUse(file, compaction.map, metadata, SECTOR, compaction::tables)
                .forEachFree(SlotUse.LastStretch.TELL, sink);
    }

    private long firstGrainByte() {
        return Math.max(header.endOfDescriptor(), header.overheadSectors()) * SECTOR;
    }

    private Compaction plan() throws IOException {
        return Compaction.plan(file, map, firstGrainByte(), this::tables);
    }

    /** Directories and tables: behind the first grain in disks that were grown, or made by others. */
    private void tables(SlotUse.StretchSink sink) throws IOException {
        long directoryBytes = layout.directorySectors() * SECTOR;
        long tableBytes = layout.tableSectors() * SECTOR;
        HostedTableReader tables = new HostedTableReader(file, header, layout);
        sink.stretch(header.directorySector() * SECTOR, directoryBytes);
        if (tables.hasRedundant()) {
            sink.stretch(header.redundantDirectorySector() * SECTOR, directoryBytes);
        }
        tables.forEachTable(progress, "compact", (table, sector, entries, redundantSector, redundantEntries) -> {
            if (entries != null) {
                sink.stretch(sector * SECTOR, tableBytes);
            }
            if (redundantEntries != null) {
                sink.stretch(redundantSector * SECTOR, tableBytes);
            }
        });
    }
}

package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Compaction;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.Set;

/**
 * Finds space in an SEsparse file that nothing uses, and makes the file shorter in place.
 *
 * <p>Free bitmap and back map follow each move in the order of {@link SeSparseSpace}; bits of grains that nothing names
 * are cleared first, so that none is left set behind the new end. A stored grain of FFh bytes that hosts keep at the end
 * of a file goes with the rest. The file must be sound and nobody may have it open.
 */
final class SeSparseCompaction {
    /** Metadata behind the grains, or entries that a walk over the disk does not meet. */
    private static final Set<String> UNSURE = Set.of("sesparse.regions", "sesparse.entry-behind-disk");

    private SeSparseCompaction() {}

    /** The length that the file would have; changes nothing. */
    static long compactedBytes(BlockFile file, Progress progress) throws IOException {
        SeSparseFile opened = sound(file, progress);
        return plan(opened, map(opened)).endBytes();
    }

    /** Makes the file as short as its grains allow. */
    static void compact(BlockFile file, Progress progress) throws IOException {
        sound(file, progress);
        SeSparseRepair.rebuildMaps(file, progress);
        SeSparseFile opened = SeSparseFile.read(file);
        GrainMap map = map(opened);
        plan(opened, map).run(new SeSparseSpace(opened, map), progress);
    }

    /** Tells the stretches that take space for nothing; what hosts keep behind the last grain is not among them. */
    static void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        SeSparseFile opened = sound(file, progress);
        new SlotUse(file, map(opened), opened.layout().metadataBytes(), SeSparseLayout.GRAIN_BYTES, SlotUse.Fixed.NONE)
                .forEachFree(SlotUse.LastStretch.LEAVE, sink);
    }

    private static SeSparseFile sound(BlockFile file, Progress progress) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireChangeable();
        for (Finding finding : SeSparseChecker.check(file, progress)) {
            if (finding.severity() == Severity.ERROR || UNSURE.contains(finding.id())) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "grains are moved in sound files only: " + finding.message(),
                        Remedy.of(Kind.REPAIR_TABLES).and(", or convert the disk, which only reads it"));
            }
        }
        return opened;
    }

    private static GrainMap map(SeSparseFile opened) {
        return SeSparseExtents.map(opened, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
    }

    private static Compaction plan(SeSparseFile opened, GrainMap map) throws IOException {
        return Compaction.plan(opened.file(), map, opened.layout().metadataBytes(), SlotUse.Fixed.NONE);
    }
}

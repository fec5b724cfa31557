package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Finds space in a VMFSsparse file that nothing uses, and writes a dense twin of the file.
 *
 * <p>Tables lie between the grains wherever there was room, so moving grains in place would rarely let the file end
 * earlier; a twin is as short as can be. It keeps every byte of the header but the free sector. The file must be sound.
 */
final class CowdCompaction {
    private static final int COPY_BYTES = 1 << 20;
    private static final long FLUSH_TABLE_BYTES = 16L << 20;

    /** Files that may be in use, and zeros for which this format has no sound entry. */
    private static final Set<String> UNSURE = Set.of("cowd.unclean", "cowd.entry-one");

    private CowdCompaction() {}

    /** The length that the twin would have; changes nothing. */
    static long compactedBytes(BlockFile file, Progress progress) throws IOException {
        CowdLayout layout = sound(file, progress);
        GrainMap map = map(file, layout);
        long[] grains = {0};
        map.locate(0, layout.capacityBytes(), (start, length, state) -> {
            if (state >= 0) {
                grains[0] += (length - 1) / layout.grainBytes() + 1;
            }
        });
        long tables = 0;
        for (int table = map.nextTable(0); table < layout.tableCount(); table = map.nextTable(table + 1)) {
            tables++;
        }
        long dense = layout.firstFreeSector() * CowdHeader.SECTOR_BYTES
                + tables * CowdLayout.TABLE_BYTES
                + grains[0] * layout.grainBytes();
        return Math.min(file.size(), dense);
    }

    /**
     * Writes the twin, durably.
     *
     * @param file stays as it is, and the caller's
     * @param fresh empty; closed when this returns, and when it fails
     */
    static void rewrite(BlockFile file, BlockFile fresh, Progress progress) throws IOException {
        try (fresh) {
            copy(file, fresh, sound(file, progress), progress);
        }
    }

    private static void copy(BlockFile file, BlockFile fresh, CowdLayout layout, Progress progress) throws IOException {
        fresh.setSize(layout.firstFreeSector() * CowdHeader.SECTOR_BYTES);
        fresh.writeFully(
                0,
                layout.header()
                        .withFreeSector(layout.firstFreeSector())
                        .asClean()
                        .encode());
        progress.begin("rewriting " + file.path(), file.size());
        TableCache cache = new TableCache(TableCache.DEFAULT_BUDGET_BYTES);
        try (WritableExtent target = CowdExtents.openWritable(fresh, cache)) {
            Extent source = CowdExtents.open(file, cache);
            source.locate(0, source.capacity(), new Copier(source, target, progress));
            target.flush();
        }
    }

    /** Tells the stretches that take space for nothing. */
    static void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        CowdLayout layout = sound(file, progress);
        GrainMap map = map(file, layout);
        SlotUse.Fixed tables = stretches -> {
            for (int table = map.nextTable(0); table < layout.tableCount(); table = map.nextTable(table + 1)) {
                stretches.stretch(map.tableOffset(table), CowdLayout.TABLE_BYTES);
            }
        };
        long base = layout.firstFreeSector() * CowdHeader.SECTOR_BYTES;
        new SlotUse(file, map, base, CowdHeader.SECTOR_BYTES, tables).forEachFree(SlotUse.LastStretch.TELL, sink);
    }

    private static CowdLayout sound(BlockFile file, Progress progress) throws IOException {
        for (Finding finding : CowdChecker.check(file, progress)) {
            if (finding.severity() == Severity.ERROR || UNSURE.contains(finding.id())) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "only sound files are made smaller: " + finding.message(),
                        Remedy.of(Kind.REPAIR_TABLES).and(", or convert the disk, which only reads it"));
            }
        }
        return CowdExtents.layout(file);
    }

    private static GrainMap map(BlockFile file, CowdLayout layout) {
        return CowdExtents.map(file, layout, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
    }

    /** Copies what an extent holds, in pieces. */
    private static final class Copier implements ExtentSink {
        private final Extent source;
        private final WritableExtent target;
        private final Progress progress;
        private final ByteBuffer buffer;

        Copier(Extent source, WritableExtent target, Progress progress) {
            this.source = source;
            this.target = target;
            this.progress = progress;
            this.buffer = ByteBuffer.allocateDirect((int) Math.min(COPY_BYTES, source.capacity()));
        }

        @Override
        public void data(long start, long length, long fileOffset) throws IOException {
            for (long done = 0; done < length; ) {
                progress.checkCancelled("compact");
                buffer.clear().limit((int) Math.min(COPY_BYTES, length - done));
                source.readData(fileOffset + done, buffer);
                int count = buffer.flip().remaining();
                // Whole grains only: what lies below is never asked for.
                target.write(start + done, buffer, Backing.NONE);
                done += count;
                progress.advance(count);
                if (target.unflushedBytes() > FLUSH_TABLE_BYTES) {
                    target.flush();
                }
            }
        }

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) {
            throw new IllegalStateException("this format does not compress");
        }

        @Override
        public void zero(long start, long length, long heldOffset) {
            throw new IllegalStateException("refused before");
        }

        @Override
        public void unallocated(long start, long length) {}
    }
}

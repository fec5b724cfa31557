package io.vmdisk.extent.sesparse;

import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpace;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.GrainState;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Space in an SEsparse file, changed without its journal.
 *
 * <p>The order of a flush: data, zeroed tables, free bitmap, back map and table count; force; tables and directory;
 * force; then the bits of what is free now. So an entry never names a grain whose data, bit or owner is not durable, and
 * a bit is clear only when nothing names its grain. A crash leaves grains or tables that nothing names, and nothing
 * worse. There is no mark "in use": the only one the format has would make a host replay the journal.
 */
final class SeSparseSpace implements GrainSpace {
    private final SeSparseFile opened;
    private final SeSparseLayout layout;
    private final BlockFile file;
    private final GrainMap map;
    private SeSparseVolatileHeader written;
    private @Nullable SeSparseTables tables;
    private @Nullable SeSparseGrains grains;
    private boolean consistent = true;

    SeSparseSpace(SeSparseFile opened, GrainMap map) {
        this.opened = opened;
        this.layout = opened.layout();
        this.file = opened.file();
        this.map = map;
        this.written = opened.state();
    }

    @Override
    public boolean knowsWhole() throws IOException {
        return !SeSparseGrains.takesMoreThanIsThere(opened);
    }

    @Override
    public void beforeFirstChange() throws IOException {
        tables = SeSparseTables.scan(opened, map);
        SeSparseJournal.clear(opened);
    }

    private SeSparseTables tables() {
        if (tables == null) {
            throw new IllegalStateException("space asked for before the first change");
        }
        return tables;
    }

    /** Scanned when it is first needed only: a disk that is overwritten in place never pays for it. */
    private SeSparseGrains grains() throws IOException {
        SeSparseGrains known = grains;
        if (known == null) {
            known = SeSparseGrains.scan(opened, map);
            grains = known;
        }
        return known;
    }

    @Override
    public GrainSpan allocate(long firstGrain, int wanted) throws IOException {
        GrainSpan span = grains().allocate(wanted);
        own(firstGrain, span);
        return span;
    }

    private void own(long firstGrain, GrainSpan span) throws IOException {
        long stored = layout.grainIn(span.fileOffset());
        for (int i = 0; i < span.count(); i++) {
            long grain = firstGrain + i;
            long table = tables().of((int) (grain / SeSparseLayout.ENTRIES_PER_TABLE));
            grains().own(stored + i, table, (int) (grain % SeSparseLayout.ENTRIES_PER_TABLE));
        }
    }

    @Override
    public void take(long firstGrain, GrainSpan places) throws IOException {
        grains().take(layout.grainIn(places.fileOffset()), places.count());
        own(firstGrain, places);
    }

    @Override
    public void free(long grain, long fileOffset) throws IOException {
        grains().free(fileOffset);
    }

    @Override
    public long allocateTable(int table) throws IOException {
        return layout.tableAt(tables().take(table));
    }

    /** The scan comes before the entry is changed: it must not take a grain for free that the file still names. */
    @Override
    public long zeroMark() throws IOException {
        grains();
        return GrainState.ZERO;
    }

    /**
     * A host has a kind of its own for what a guest gave back. It reads as zeros too, but some programs show what the
     * parent has there: data that the guest has erased.
     */
    @Override
    public long unmapMark() throws IOException {
        return zeroMark();
    }

    @Override
    public void flush(GrainMap changed) throws IOException {
        consistent = false;
        if (grains != null) {
            grains.write();
        }
        writeState();
        file.force();
        changed.writeTables(changed::tableOffset);
        changed.writeDirectory(layout.directoryEntryAt(0), changed::rawDirectoryEntry);
        file.force();
        if (grains != null) {
            grains.release();
        }
        consistent = true;
    }

    private void writeState() throws IOException {
        SeSparseVolatileHeader state = tables().state();
        if (!state.equals(written)) {
            file.writeFully(layout.header().volatileHeader().offsetBytes(), state.encode());
            written = state;
        }
    }

    @Override
    public void close() throws IOException {
        if (consistent && grains != null) {
            grains.write();
            file.force();
        }
    }
}

package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.EntryCodec;
import io.vmdisk.extent.GrainState;
import java.nio.file.Path;

/**
 * Gives the entries of one file their meaning.
 *
 * <p>An unmapped entry is told as holding no space, although it may name the grain it had: that grain is free, and may be
 * another's by now.
 */
final class SeSparseCodec implements EntryCodec {
    private static final Remedy CHECK = Remedy.of(Kind.CHECK).and(" lists every entry that is damaged");

    private final SeSparseLayout layout;
    private final Path file;

    SeSparseCodec(SeSparseLayout layout, Path file) {
        this.layout = layout;
        this.file = file;
    }

    @Override
    public int entryBytes() {
        return SeSparseLayout.ENTRY_BYTES;
    }

    @Override
    public long tableOffset(long raw, int table) throws MalformedFileException {
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        if (!SeSparseEntry.isTable(raw) || SeSparseEntry.table(raw) >= layout.tableRoom()) {
            throw new MalformedFileException(
                    "sesparse-directory-entry",
                    file,
                    layout.directoryEntryAt(table),
                    "the directory entry of table " + table + " is 0x" + Long.toHexString(raw)
                            + ", 0 or 0x10000000 and a table below " + layout.tableRoom() + " is expected",
                    CHECK);
        }
        return layout.tableAt(SeSparseEntry.table(raw));
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return SeSparseEntry.directory(layout.tableIn(tableOffset));
    }

    @Override
    public long state(long raw, long grain) throws MalformedFileException {
        switch (SeSparseEntry.kind(raw)) {
            case SeSparseEntry.DATA -> {
                long stored = SeSparseEntry.grain(raw);
                if (stored < layout.grainCount()) {
                    return layout.grainAt(stored);
                }
            }
            case SeSparseEntry.ZERO -> {
                return GrainState.ZERO;
            }
            case SeSparseEntry.UNMAPPED -> {
                return GrainState.UNMAPPED;
            }
            default -> {
                if (raw == SeSparseEntry.UNALLOCATED_ENTRY) {
                    return GrainState.UNALLOCATED;
                }
            }
        }
        throw new MalformedFileException(
                "sesparse-entry",
                file,
                -1,
                "the table entry of grain " + grain + " is 0x" + Long.toHexString(raw)
                        + ", a kind from 0 to 3 and a stored grain below " + layout.grainCount() + " is expected",
                CHECK);
    }

    @Override
    public long rawEntry(long state) {
        if (GrainState.isData(state)) {
            return SeSparseEntry.data(layout.grainIn(state));
        }
        if (state == GrainState.UNALLOCATED) {
            return SeSparseEntry.UNALLOCATED_ENTRY;
        }
        return GrainState.isUnmapped(state) ? SeSparseEntry.UNMAPPED_ENTRY : SeSparseEntry.ZERO_ENTRY;
    }
}

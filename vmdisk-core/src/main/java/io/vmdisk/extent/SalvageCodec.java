package io.vmdisk.extent;

import io.vmdisk.MalformedFileException;

/**
 * The entries of a damaged file: what its format refuses, and what lies behind the end of the file, is
 * {@link GrainState#LOST}.
 */
final class SalvageCodec implements EntryCodec {
    /** Stands in tables in memory for an entry that could not be read. No format has it. */
    private static final long UNREADABLE = -1;

    private final EntryCodec format;
    private final long fileEnd;
    private final long unreadable;

    /** @param fileEnd length of the file, bytes */
    SalvageCodec(EntryCodec format, long fileEnd) {
        this.format = format;
        this.fileEnd = fileEnd;
        this.unreadable = format.entryBytes() == Integer.BYTES ? 0xFFFF_FFFFL : UNREADABLE;
    }

    /** The raw value that stands for an entry which could not be read. */
    long unreadable() {
        return unreadable;
    }

    @Override
    public int entryBytes() {
        return format.entryBytes();
    }

    @Override
    public long tableOffset(long raw, int table) {
        try {
            return raw == unreadable ? GrainState.LOST : inFile(format.tableOffset(raw, table));
        } catch (MalformedFileException e) {
            return GrainState.LOST;
        }
    }

    @Override
    public long state(long raw, long grain) {
        try {
            return raw == unreadable ? GrainState.LOST : inFile(format.state(raw, grain));
        } catch (MalformedFileException e) {
            return GrainState.LOST;
        }
    }

    /** Whether an entry means data, but the file ends before it: then no other place knows of it either. */
    boolean isCutOff(long raw, long grain) {
        try {
            return raw != unreadable && format.state(raw, grain) >= fileEnd;
        } catch (MalformedFileException e) {
            return false;
        }
    }

    private long inFile(long state) {
        return state >= fileEnd ? GrainState.LOST : state;
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return format.rawDirectoryEntry(tableOffset);
    }

    @Override
    public long rawEntry(long state) {
        return state == GrainState.LOST ? unreadable : format.rawEntry(state);
    }
}

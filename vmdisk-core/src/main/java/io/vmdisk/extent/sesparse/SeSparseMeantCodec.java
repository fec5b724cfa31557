package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.EntryCodec;
import java.nio.file.Path;

/** The entries of a damaged file: what no writer makes is noise, though a reader of a sound file would let it pass. */
final class SeSparseMeantCodec implements EntryCodec {
    private final SeSparseCodec codec;
    private final SeSparseLayout layout;
    private final Path file;

    SeSparseMeantCodec(SeSparseLayout layout, Path file) {
        this.codec = new SeSparseCodec(layout, file);
        this.layout = layout;
        this.file = file;
    }

    @Override
    public int entryBytes() {
        return codec.entryBytes();
    }

    @Override
    public long tableOffset(long raw, int table) throws MalformedFileException {
        return codec.tableOffset(raw, table);
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return codec.rawDirectoryEntry(tableOffset);
    }

    @Override
    public long state(long raw, long grain) throws MalformedFileException {
        boolean isNoise = switch (SeSparseEntry.kind(raw)) {
            case SeSparseEntry.ZERO -> SeSparseEntry.payload(raw) != 0;
            case SeSparseEntry.UNMAPPED -> SeSparseEntry.grain(raw) >= layout.grainCount();
            default -> false;
        };
        if (isNoise) {
            throw new MalformedFileException(
                    "sesparse-entry", file, -1, "the table entry of grain " + grain + " has bits that mean nothing");
        }
        return codec.state(raw, grain);
    }

    @Override
    public long rawEntry(long state) {
        return codec.rawEntry(state);
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.EntryCodec;
import io.vmdisk.extent.GrainState;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Table values of hosted sparse extents: 32-bit sector numbers, 0 for nothing, 1 for a grain of zeros.
 *
 * <p>Value 1 is read as zeros even where the header does not announce it: sector 1 holds the descriptor or a table and
 * can't be a grain. {@code 'check'} reports it. For reading, any other value is taken as it is, and a place outside the
 * file is found when it is read. For writing, a place where no grain or table can be is refused: to write there would
 * destroy tables, or make two grains share their bytes.
 */
final class HostedCodec implements EntryCodec {
    private static final long ZERO_GRAIN = 1;

    private final Path file;
    private final long lowestTableSector;
    private final long lowestGrainSector;
    private final LongSupplier endBytes;

    private HostedCodec(Path file, long lowestTableSector, long lowestGrainSector, LongSupplier endBytes) {
        this.file = file;
        this.lowestTableSector = lowestTableSector;
        this.lowestGrainSector = lowestGrainSector;
        this.endBytes = endBytes;
    }

    /** Takes entries as they are. */
    static HostedCodec lenient(Path file) {
        return new HostedCodec(file, 0, 0, () -> Long.MAX_VALUE);
    }

    /**
     * Refuses entries that lead into the header or the descriptor, where nothing but these can be; a descriptor that the
     * header places outside the file is nowhere.
     */
    static HostedCodec damaged(Path file, HostedHeader header, long fileBytes) {
        long end = HostedChecker.descriptorEnd(header, fileBytes / HostedLayout.SECTOR);
        return new HostedCodec(file, end, end, () -> Long.MAX_VALUE);
    }

    /**
     * Refuses entries that lead to what is not theirs.
     *
     * @param endBytes the end of what is stored, which only grows
     */
    static HostedCodec strict(Path file, HostedHeader header, LongSupplier endBytes) {
        return new HostedCodec(file, header.endOfDescriptor(), header.overheadSectors(), endBytes);
    }

    @Override
    public int entryBytes() {
        return Integer.BYTES;
    }

    @Override
    public long tableOffset(long raw, int table) throws MalformedFileException {
        if (raw <= ZERO_GRAIN) {
            return GrainState.UNALLOCATED;
        }
        return inside(raw, lowestTableSector, "the directory places table ", table);
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return tableOffset / HostedLayout.SECTOR;
    }

    @Override
    public long state(long raw, long grain) throws MalformedFileException {
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        return raw == ZERO_GRAIN ? GrainState.ZERO : inside(raw, lowestGrainSector, "a table places grain ", grain);
    }

    private long inside(long sector, long lowest, String what, long number) throws MalformedFileException {
        long offset = sector * HostedLayout.SECTOR;
        boolean behind = isBehindEnd(offset);
        if (sector < lowest || behind) {
            throw new MalformedFileException(
                    "entry",
                    file,
                    -1,
                    what + number + " at sector " + sector
                            + (behind
                                    ? ", behind the end of the file"
                                    : ", over the metadata that ends at sector " + lowest),
                    Remedy.say("a damaged disk is not written to; ")
                            .with(Kind.CHECK)
                            .and(" lists every damaged entry"));
        }
        return offset;
    }

    private boolean isBehindEnd(long offset) {
        if (offset < endBytes.getAsLong()) {
            return false;
        }
        // The end that was seen may be older than the entry: asked after it, it is not.
        return offset >= endBytes.getAsLong();
    }

    @Override
    public long rawEntry(long state) {
        if (state == GrainState.UNALLOCATED) {
            return 0;
        }
        return GrainState.isZero(state) ? ZERO_GRAIN : state / HostedLayout.SECTOR;
    }
}

package io.vmdisk.extent.cowd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.EntryCodec;
import io.vmdisk.extent.GrainState;
import java.nio.file.Path;

/**
 * Gives the entries of one file their meaning.
 *
 * <p>The format has no entry for zeros. Sector 1 lies inside the header, so an entry of 1 can't be data; other readers
 * take it for zeros, and so do we. It is never written.
 */
final class CowdCodec implements EntryCodec {
    /** Some readers' word for "zeros". */
    static final long FOREIGN_ZERO = 1;

    private static final Remedy CHECK = Remedy.of(Kind.CHECK).and(" lists every entry that is damaged");

    private final long lowestSector;
    private final long directoryAt;
    private final Path file;

    CowdCodec(CowdLayout layout, Path file) {
        this.lowestSector = layout.firstFreeSector();
        this.directoryAt = layout.directoryAt();
        this.file = file;
    }

    @Override
    public int entryBytes() {
        return CowdLayout.ENTRY_BYTES;
    }

    @Override
    public long tableOffset(long raw, int table) throws MalformedFileException {
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        if (raw < lowestSector) {
            throw new MalformedFileException(
                    "cowd-directory-entry",
                    file,
                    directoryAt + (long) table * CowdLayout.ENTRY_BYTES,
                    "the directory places table " + table + " at sector " + raw + ", over header and directory, which"
                            + " end at sector " + lowestSector,
                    CHECK);
        }
        return raw * CowdHeader.SECTOR_BYTES;
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return tableOffset / CowdHeader.SECTOR_BYTES;
    }

    @Override
    public long state(long raw, long grain) throws MalformedFileException {
        if (raw >= lowestSector) {
            return raw * CowdHeader.SECTOR_BYTES;
        }
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        if (raw == FOREIGN_ZERO) {
            return GrainState.ZERO;
        }
        throw new MalformedFileException(
                "cowd-entry",
                file,
                -1,
                "the table entry of grain " + grain + " is sector " + raw + ", over header and directory, which end at"
                        + " sector " + lowestSector,
                CHECK);
    }

    @Override
    public long rawEntry(long state) {
        if (GrainState.isData(state)) {
            return state / CowdHeader.SECTOR_BYTES;
        }
        if (state == GrainState.UNALLOCATED) {
            return 0;
        }
        throw new IllegalArgumentException("this format has no entry for zeros: state " + state);
    }
}

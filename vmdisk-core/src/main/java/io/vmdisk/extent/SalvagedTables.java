package io.vmdisk.extent;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a damaged file, put together from all copies it has: an entry is taken from the first copy in which it can
 * be read and be meant. What no copy tells stands as {@link SalvageCodec#unreadable}.
 *
 * <p>A zero is believed, unless all of its sector is zeros in the first copy but not in another: then the sector was wiped.
 */
final class SalvagedTables implements MapSource {
    private static final int SECTOR = Sector.BYTES;

    private final BlockFile file;
    private final GrainGeometry geometry;
    private final SalvageCodec codec;
    private final long[] directories;
    private final LostEntries elsewhere;

    /**
     * Tables of a file.
     *
     * @param elsewhere what else tells of an entry of which no copy can be read
     * @param directories file offsets of the directory and its copies, the one that counts first
     */
    SalvagedTables(
            BlockFile file, GrainGeometry geometry, SalvageCodec codec, LostEntries elsewhere, long... directories) {
        this.elsewhere = elsewhere;
        this.file = file;
        this.geometry = geometry;
        this.codec = codec;
        this.directories = directories;
    }

    @Override
    public long[] directory(int first, int count) throws IOException {
        int entryBytes = codec.entryBytes();
        long[] raw = new long[count];
        List<Stored> copies = new ArrayList<>();
        for (long directory : directories) {
            copies.add(read(directory + (long) first * entryBytes, count * entryBytes));
        }
        for (int i = 0; i < count; i++) {
            raw[i] = directoryEntry(copies, i, first + i);
        }
        return raw;
    }

    private long directoryEntry(List<Stored> copies, int at, int table) {
        boolean told = false;
        for (int each = 0; each < copies.size(); each++) {
            Stored copy = copies.get(each);
            long raw = copy.entry(at);
            told |= raw == 0 && (each == 0 || !copy.isWiped(at));
            if (codec.tableOffset(raw, table) >= 0) {
                return raw;
            }
        }
        return told ? 0 : codec.unreadable();
    }

    @Override
    public byte @Nullable [] table(int table, long rawEntry) throws IOException {
        int entryBytes = codec.entryBytes();
        int tableBytes = geometry.entriesPerTable() * entryBytes;
        List<Stored> copies = new ArrayList<>();
        long first = -1;
        for (long directory : directories) {
            long raw = read(directory + (long) table * entryBytes, entryBytes).entry(0);
            long offset = codec.tableOffset(raw, table);
            if (offset >= 0) {
                copies.add(read(offset, tableBytes));
                first = first < 0 ? offset : first;
            }
        }
        byte[] merged = new byte[tableBytes];
        ByteBuffer target = ByteBuffer.wrap(merged).order(ByteOrder.LITTLE_ENDIAN);
        long firstGrain = (long) table * geometry.entriesPerTable();
        for (int entry = 0; entry < geometry.entriesPerTable(); entry++) {
            long chosen = choose(copies, entry, firstGrain + entry);
            if (chosen == codec.unreadable()
                    && (elsewhere.knowsBeyondEnd() || !isCutOff(copies, entry, firstGrain + entry))) {
                chosen = elsewhere.find(table, first, entry).orElse(chosen);
            }
            RawEntries.put(target, entry, entryBytes, chosen);
        }
        return merged;
    }

    private boolean isCutOff(List<Stored> copies, int entry, long grain) {
        return copies.stream().anyMatch(copy -> codec.isCutOff(copy.entry(entry), grain));
    }

    private long choose(List<Stored> copies, int entry, long grain) {
        long chosen = codec.unreadable();
        for (Stored copy : copies) {
            long raw = copy.entry(entry);
            if (raw == 0 && copy.isWiped(entry) && copies.size() > 1) {
                chosen = chosen == codec.unreadable() ? 0 : chosen;
            } else if (codec.state(raw, grain) != GrainState.LOST) {
                return raw;
            }
        }
        return chosen;
    }

    /** Reads what can be read: all at once, or sector by sector where that fails. */
    private Stored read(long at, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int sectors = Sector.ceilDiv(length, SECTOR);
        boolean[] missing = new boolean[sectors];
        if (at < 0 || at + length < 0) {
            Arrays.fill(missing, true);
        } else if (!fill(at, bytes)) {
            for (int i = 0; i < sectors; i++) {
                bytes.limit(Math.min(length, (i + 1) * SECTOR)).position(i * SECTOR);
                missing[i] = !fill(at + (long) i * SECTOR, bytes);
            }
        }
        boolean[] wiped = new boolean[sectors];
        for (int i = 0; i < sectors; i++) {
            wiped[i] = isZero(bytes.limit(Math.min(length, (i + 1) * SECTOR)).position(i * SECTOR));
        }
        return new Stored(bytes, missing, wiped, codec);
    }

    private static boolean isZero(ByteBuffer bytes) {
        while (bytes.remaining() >= Long.BYTES) {
            if (bytes.getLong() != 0) {
                return false;
            }
        }
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean fill(long at, ByteBuffer bytes) {
        try {
            file.readFully(at, bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One copy of a stretch of entries, which sectors of it could not be read, and which are all zeros. */
    private record Stored(ByteBuffer bytes, boolean[] missing, boolean[] wiped, SalvageCodec codec) {
        long entry(int at) {
            return missing[at * codec.entryBytes() / SECTOR]
                    ? codec.unreadable()
                    : RawEntries.get(bytes.clear(), at, codec.entryBytes());
        }

        boolean isWiped(int entry) {
            return wiped[entry * codec.entryBytes() / SECTOR];
        }
    }
}

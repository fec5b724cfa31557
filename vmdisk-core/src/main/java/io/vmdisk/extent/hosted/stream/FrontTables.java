package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Sector;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.extent.hosted.HostedLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a stream that has them before its grains: read over in passing, they tell which grains must follow, so
 * that a cut between two grains is noticed.
 */
final class FrontTables {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** How much is read before more memory is taken: a header's word alone is not trusted. */
    private static final int STEP_BYTES = 1 << 16;

    private static final int INDEX_BITS = 26;

    private final SequentialInput in;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final GrainSet expected = new GrainSet();

    FrontTables(SequentialInput in, HostedHeader header, HostedLayout layout) {
        this.in = in;
        this.header = header;
        this.layout = layout;
    }

    /** Whether a directory lies between the place that was reached and the first grain. */
    static boolean areIn(SequentialInput in, HostedHeader header, HostedLayout layout) {
        long directory = header.directorySector();
        return directory >= in.position() / SECTOR
                && directory < header.overheadSectors()
                && layout.directorySectors() <= header.overheadSectors() - directory;
    }

    /** The grains that the tables name; null if the stream ends in them. */
    @Nullable
    GrainSet read() throws IOException {
        long[] places = places();
        if (places == null) {
            return null;
        }
        byte[] table = new byte[Math.toIntExact(layout.tableSectors() * SECTOR)];
        for (long place : places) {
            long sector = place >>> INDEX_BITS;
            boolean ahead =
                    sector * SECTOR >= in.position() && sector + layout.tableSectors() <= header.overheadSectors();
            if (!ahead) {
                continue;
            }
            if (!in.skip(sector * SECTOR - in.position()) || in.read(table, 0, table.length) < table.length) {
                return null;
            }
            expect(place & (1 << INDEX_BITS) - 1, ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN));
        }
        return expected;
    }

    private void expect(long index, ByteBuffer table) {
        long first = index * header.entriesPerTable();
        long grains = Sector.ceilDiv(header.capacitySectors(), header.grainSectors());
        for (int i = 0; i < header.entriesPerTable() && first + i < grains; i++) {
            // 1 is a grain of zeros, which no grain follows for.
            if (Integer.toUnsignedLong(table.getInt(i * Integer.BYTES)) > 1) {
                expected.add(first + i);
            }
        }
    }

    /** Where the tables are, ascending, each with its number in the low bits. */
    private long @Nullable [] places() throws IOException {
        if (!in.skip(header.directorySector() * SECTOR - in.position())) {
            return null;
        }
        int count = layout.tables();
        long[] places = new long[Math.min(count, STEP_BYTES)];
        byte[] step = new byte[STEP_BYTES];
        int done = 0;
        while (done < count) {
            int bytes = Math.min(STEP_BYTES, (count - done) * Integer.BYTES);
            if (in.read(step, 0, bytes) < bytes) {
                return null;
            }
            ByteBuffer entries = ByteBuffer.wrap(step).order(ByteOrder.LITTLE_ENDIAN);
            places = places.length < done + bytes / Integer.BYTES
                    ? Arrays.copyOf(places, Math.min(count, 2 * places.length))
                    : places;
            for (int i = 0; i < bytes / Integer.BYTES; i++) {
                places[done] = Integer.toUnsignedLong(entries.getInt(i * Integer.BYTES)) << INDEX_BITS | done;
                done++;
            }
        }
        Arrays.sort(places);
        return places;
    }
}

package io.vmdisk.extent.hosted;

import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.extent.MapSource;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a stream that has lost its end, made anew from the marker in front of each grain.
 *
 * <p>Grains stand in the order of the disk: what lies between two that follow each other in the file is zeros; where bytes
 * between them make no sense, and behind the last one, it can't be told.
 */
final class StreamScan implements MapSource {
    private static final int SECTOR = HostedLayout.SECTOR;
    private static final int UNREADABLE = -1;
    private static final int CONTINUED = 1;

    private final GrainGeometry geometry;
    private final TreeMap<Long, Found> grains = new TreeMap<>();

    /**
     * A grain.
     *
     * @param sector where its head stands in the file
     * @param before what is known of the grains between it and the one before: 0 for zeros
     */
    private record Found(int sector, int before) {}

    private StreamScan(GrainGeometry geometry) {
        this.geometry = geometry;
    }

    /** Walks over a file once; reads a sector for each grain. */
    static StreamScan of(BlockFile file, HostedHeader header) throws IOException {
        StreamScan scan = new StreamScan(HostedLayout.geometry(header));
        scan.walk(file, header);
        return scan;
    }

    private void walk(BlockFile file, HostedHeader header) throws IOException {
        long end = Math.min(file.size() / SECTOR, HostedLayout.MAX_FILE_SECTORS - 1);
        long at = Math.max(1, header.endOfDescriptor());
        int before = 0;
        long last = -1;
        while (at < end) {
            StreamMarker marker = marker(file, at);
            if (marker != null && marker.isGrain() && isPossible(marker, header, end - at)) {
                long grain = marker.value() / header.grainSectors();
                if (grain <= last) {
                    before = UNREADABLE;
                } else {
                    grains.put(grain, new Found((int) at, before));
                    before = 0;
                    last = grain;
                }
                at += StreamMarker.grainSectors(marker.packedBytes());
            } else {
                at += 1 + announced(marker, end - at);
                before = isMeant(marker) ? before : UNREADABLE;
            }
        }
    }

    private static @Nullable StreamMarker marker(BlockFile file, long at) {
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        try {
            file.readFully(at * SECTOR, sector);
            return StreamMarker.parse(sector.flip());
        } catch (IOException e) {
            return null;
        }
    }

    private boolean isPossible(StreamMarker marker, HostedHeader header, long sectorsLeft) {
        return marker.value() >= 0
                && marker.value() < header.capacitySectors()
                && marker.value() % header.grainSectors() == 0
                && marker.packedBytes() > 0
                && marker.packedBytes() <= StreamGrains.maxPackedBytes(geometry.grainBytes())
                && StreamMarker.grainSectors(marker.packedBytes()) <= sectorsLeft;
    }

    /** Sectors of metadata that follow a marker, 0 if that is nonsense. */
    private static long announced(@Nullable StreamMarker marker, long sectorsLeft) {
        boolean tells = isMeant(marker) && marker != null && marker.value() > 0 && marker.value() < sectorsLeft;
        return tells && marker != null ? marker.value() : 0;
    }

    /** Whether it is padding or announces metadata: neither is where a grain could have been. */
    private static boolean isMeant(@Nullable StreamMarker marker) {
        return marker != null
                && !marker.isGrain()
                && marker.type() >= StreamMarker.END_OF_STREAM
                && marker.type() <= StreamMarker.PROGRESS;
    }

    @Override
    public long[] directory(int first, int count) {
        long[] raw = new long[count];
        Arrays.fill(raw, CONTINUED);
        return raw;
    }

    @Override
    public byte[] table(int table, long rawEntry) {
        long first = (long) table * geometry.entriesPerTable();
        ByteBuffer bytes =
                ByteBuffer.allocate(geometry.entriesPerTable() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < geometry.entriesPerTable(); i++) {
            bytes.putInt(raw(first + i));
        }
        return bytes.array();
    }

    private int raw(long grain) {
        Map.Entry<Long, Found> next = grains.ceilingEntry(grain);
        if (next == null) {
            return UNREADABLE;
        }
        return next.getKey() == grain
                ? next.getValue().sector()
                : next.getValue().before();
    }

    /** The table entry of a grain, if that can be told. */
    OptionalLong entry(int table, int entry) {
        int raw = raw((long) table * geometry.entriesPerTable() + entry);
        return raw == UNREADABLE ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(raw));
    }
}

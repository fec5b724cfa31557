package io.vmdisk.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inflates compressed grains and keeps the last few, so that small reads in a row inflate a grain once.
 *
 * <p>Whole-grain reads pass by: they come from bulk work that never returns. Thread-safe; inflating takes no lock.
 */
final class InflatedGrains {
    private static final int KEPT = 16;

    private final Map<Key, byte[]> recent = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    private record Key(PlacedExtent piece, long fileOffset) {}

    /**
     * Copies a part of a grain.
     *
     * @param grainStart where the grain starts in its extent
     * @param valid bytes of the grain inside the extent
     * @param skip bytes of the grain before the wanted ones
     */
    void read(
            PlacedExtent piece,
            long grainStart,
            long fileOffset,
            int storedLength,
            int valid,
            int skip,
            int count,
            ByteBuffer into)
            throws IOException {
        if (count == valid) {
            readWhole(piece, grainStart, fileOffset, storedLength, valid, into);
            return;
        }
        Key key = new Key(piece, fileOffset);
        byte[] grain = known(key);
        if (grain == null) {
            grain = new byte[valid];
            piece.extent().readCompressed(grainStart, fileOffset, storedLength, ByteBuffer.wrap(grain));
            keep(key, grain);
        }
        into.put(grain, skip, count);
    }

    private static void readWhole(
            PlacedExtent piece, long grainStart, long fileOffset, int storedLength, int valid, ByteBuffer into)
            throws IOException {
        int limit = into.limit();
        try {
            into.limit(into.position() + valid);
            piece.extent().readCompressed(grainStart, fileOffset, storedLength, into);
        } finally {
            into.limit(limit);
        }
    }

    private byte @Nullable [] known(Key key) {
        synchronized (recent) {
            return recent.get(key);
        }
    }

    private void keep(Key key, byte[] grain) {
        synchronized (recent) {
            recent.put(key, grain);
        }
    }
}

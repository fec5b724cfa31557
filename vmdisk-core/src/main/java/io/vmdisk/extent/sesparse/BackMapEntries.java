package io.vmdisk.extent.sesparse;

import io.vmdisk.extent.LostEntries;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Entries of grain tables that can't be read, found again by the back map: it tells for each stored grain in which place of
 * which table its entry stands. A grain counts if the free bitmap calls it used, and if no other is said to be of that place.
 *
 * <p>The back map is read once for each {@value #WINDOW_TABLES} tables of which something is lost.
 */
final class BackMapEntries implements LostEntries {
    private static final int WINDOW_TABLES = 256;
    private static final int CHUNK = 1 << 16;
    private static final long NOBODY = -1;
    private static final long SEVERAL = -2;

    private final BlockFile file;
    private final SeSparseLayout layout;
    private long window = -1;
    private long[] stored = {};

    BackMapEntries(BlockFile file, SeSparseLayout layout) {
        this.file = file;
        this.layout = layout;
    }

    @Override
    public synchronized OptionalLong find(int slot, long tableOffset, int entry) {
        if (tableOffset < 0) {
            return OptionalLong.empty();
        }
        long table = layout.tableIn(tableOffset);
        if (table / WINDOW_TABLES != window) {
            read(table / WINDOW_TABLES);
        }
        long found = stored[(int) (table % WINDOW_TABLES) * SeSparseLayout.ENTRIES_PER_TABLE + entry];
        return found < 0 || !isUsed(found) ? OptionalLong.empty() : OptionalLong.of(SeSparseEntry.data(found));
    }

    private void read(long wanted) {
        window = wanted;
        stored = new long[WINDOW_TABLES * SeSparseLayout.ENTRIES_PER_TABLE];
        Arrays.fill(stored, NOBODY);
        ByteBuffer words = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        try {
            long grains = Math.min(layout.grainCount(), layout.grainsWithin(file.size()));
            for (long first = 0; first < grains; first += CHUNK / Long.BYTES) {
                long count = Math.min(CHUNK / Long.BYTES, grains - first);
                words.clear().limit((int) count * Long.BYTES);
                if (fill(layout.backMapEntryAt(first), words)) {
                    take(first, words);
                }
            }
        } catch (IOException e) {
            // Whose length can't be asked for has no back map either.
        }
    }

    private void take(long first, ByteBuffer words) {
        for (int i = 0; i < words.limit() / Long.BYTES; i++) {
            long word = words.getLong(i * Long.BYTES);
            long table = SeSparseEntry.ownerTable(word);
            int slot = SeSparseEntry.ownerSlot(word);
            if (SeSparseEntry.kind(word) == SeSparseEntry.USED
                    && table / WINDOW_TABLES == window
                    && slot < SeSparseLayout.ENTRIES_PER_TABLE) {
                int at = (int) (table % WINDOW_TABLES) * SeSparseLayout.ENTRIES_PER_TABLE + slot;
                stored[at] = stored[at] == NOBODY ? first + i : SEVERAL;
            }
        }
    }

    private boolean isUsed(long grain) {
        ByteBuffer one = ByteBuffer.allocate(1);
        return fill(layout.bitmapByteAt(grain), one) && (one.get(0) >> grain % Byte.SIZE & 1) != 0;
    }

    private boolean fill(long at, ByteBuffer bytes) {
        try {
            file.readFully(at, bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

package io.vmdisk.extent.hosted.stream;

import io.vmdisk.extent.hosted.HostedLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the tables of a stream against the heads of its grains: a head whose virtual sector was damaged is not noticed
 * otherwise, as no checksum covers it. Every table must name grains that came, each at its place, and all of one table.
 *
 * <p>Gives up, and then finds nothing, where too many grains wait for a table, or tables can't be told apart.
 */
final class TableCheck {
    /** 8 GiB of a disk: streams have a table behind every 32 MiB. */
    private static final int MAX_WAITING = 1 << 17;

    private final int entriesPerTable;
    private final Map<Long, Long> waiting = new HashMap<>();
    private boolean gaveUp;

    TableCheck(int entriesPerTable) {
        this.entriesPerTable = entriesPerTable;
    }

    /** A grain came; its head is at this byte. */
    void grain(long grain, long at) {
        if (gaveUp) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            giveUp();
            return;
        }
        waiting.put(at / HostedLayout.SECTOR, grain);
    }

    void giveUp() {
        gaveUp = true;
        waiting.clear();
    }

    /** A table came; {@code wrong} gets the grains on which it and the heads differ. */
    boolean agrees(byte[] table, GrainSet wrong) {
        if (gaveUp) {
            return true;
        }
        ByteBuffer entries = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        long[] came = new long[entriesPerTable];
        int named = 0;
        Map<Long, Integer> votes = new HashMap<>();
        for (int i = 0; i < entriesPerTable; i++) {
            long place = Integer.toUnsignedLong(entries.getInt(i * Integer.BYTES));
            came[i] = -1;
            // 0 is no grain, 1 a grain of zeros.
            if (place > 1) {
                named++;
                Long grain = waiting.remove(place);
                if (grain != null) {
                    came[i] = grain;
                    votes.merge(grain / entriesPerTable, 1, Integer::sum);
                }
            }
        }
        if (named == 0) {
            return true;
        }
        long number = votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(-1L);
        return number >= 0 && compare(entries, came, number * entriesPerTable, wrong);
    }

    private boolean compare(ByteBuffer entries, long[] came, long first, GrainSet wrong) {
        boolean agrees = true;
        for (int i = 0; i < entriesPerTable; i++) {
            boolean isNamed = Integer.toUnsignedLong(entries.getInt(i * Integer.BYTES)) > 1;
            if (isNamed && came[i] != first + i) {
                wrong.add(first + i);
                if (came[i] >= 0) {
                    wrong.add(came[i]);
                }
                agrees = false;
            }
        }
        return agrees;
    }

    /** All tables came; {@code wrong} gets the grains that none of them names. */
    boolean isDone(GrainSet wrong) {
        waiting.values().forEach(wrong::add);
        boolean done = waiting.isEmpty();
        waiting.clear();
        return done;
    }
}

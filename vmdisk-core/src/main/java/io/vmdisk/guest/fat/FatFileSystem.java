package io.vmdisk.guest.fat;

import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.FreeRuns;
import io.vmdisk.guest.FreeSink;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The free space of FAT12, FAT16 and FAT32: the clusters whose table entry is zero, read a piece at a time.
 *
 * <p>What proves it: the clean bits, the first entry's media byte, and that all copies of the table are the same. The
 * count in FAT32's information sector is a hint by its definition, often stale, and so not asked.
 */
public final class FatFileSystem implements FileSystemReader {
    /** A multiple of three bytes, so that no entry of 12 bits is cut. */
    private static final int CHUNK_BYTES = 768 << 10;

    private static final int FIRST_CLUSTER = 2;

    private final GuestWindow window;
    private final FatBootSector boot;
    private final FileSystemFacts facts;

    private FatFileSystem(GuestWindow window, FatBootSector boot) {
        this.window = window;
        this.boot = boot;
        this.facts = new FileSystemFacts("fat" + boot.bits(), boot.label(), boot.clusterBytes(), boot.totalBytes());
    }

    public static FatFileSystem open(GuestWindow window) throws IOException {
        FatFileSystem fat = new FatFileSystem(window, FatBootSector.parse(window));
        fat.requireCleanTable();
        return fat;
    }

    private void requireCleanTable() throws IOException {
        int keptTable = Math.max(0, boot.activeTable());
        ByteBuffer head = window.read(boot.tableAt() + keptTable * boot.tableBytes(), 8, ByteOrder.LITTLE_ENDIAN);
        if ((head.get(0) & 0xFF) != boot.media()) {
            throw window.malformed(
                    "fat-table",
                    boot.tableAt(),
                    "the first table entry has the media byte " + (head.get(0) & 0xFF) + ", the boot sector "
                            + boot.media());
        }
        // The second entry's top bits: unmounted cleanly, and no read or write failed. FAT12 has no room for them.
        int clean = boot.bits() == 32 ? 0x0C000000 : 0xC000;
        int second = boot.bits() == 32 ? head.getInt(4) : head.getShort(2);
        if (boot.bits() != 12 && (second & clean) != clean) {
            throw FatBootSector.dirty("the table says that it was not unmounted or had a failure");
        }
    }

    @Override
    public FileSystemFacts facts() {
        return facts;
    }

    @Override
    public long walk(FreeSink sink) throws IOException {
        FreeRuns runs = new FreeRuns(window, boot.dataAt(), boot.clusterBytes(), boot.clusters(), sink);
        long entries = boot.clusters() + FIRST_CLUSTER;
        long bytes = (entries * boot.bits() + 7) / 8;
        int entriesPerChunk = CHUNK_BYTES * 8 / boot.bits();
        for (long at = 0; at < bytes; at += CHUNK_BYTES) {
            ByteBuffer chunk = readTable(at, (int) Math.min(CHUNK_BYTES, bytes - at));
            long first = at / CHUNK_BYTES * entriesPerChunk;
            int count = (int) Math.min(entriesPerChunk, entries - first);
            addFree(chunk, first, count, runs);
        }
        runs.finish();
        return runs.total() * boot.clusterBytes();
    }

    private void addFree(ByteBuffer chunk, long firstEntry, int count, FreeRuns runs) throws IOException {
        int freeFrom = -1;
        for (int i = 0; i <= count; i++) {
            boolean free = i < count && firstEntry + i >= FIRST_CLUSTER && entry(chunk, i) == 0;
            if (free && freeFrom < 0) {
                freeFrom = i;
            } else if (!free && freeFrom >= 0) {
                requireRootNotFree(firstEntry + freeFrom, i - freeFrom);
                runs.add(firstEntry + freeFrom - FIRST_CLUSTER, i - freeFrom);
                freeFrom = -1;
            }
        }
    }

    private void requireRootNotFree(long first, long count) throws IOException {
        if (boot.rootCluster() >= first && boot.rootCluster() < first + count) {
            throw window.malformed("fat-table", boot.tableAt(), "the table calls the root directory's cluster free");
        }
    }

    private int entry(ByteBuffer chunk, int index) {
        if (boot.bits() == 32) {
            // The top four bits are reserved and say nothing.
            return chunk.getInt(index * 4) & 0x0FFFFFFF;
        }
        if (boot.bits() == 16) {
            return chunk.getShort(index * 2);
        }
        int at = index * 3 / 2;
        int pair = (chunk.get(at) & 0xFF) | (chunk.get(at + 1) & 0xFF) << 8;
        return (index & 1) == 0 ? pair & 0xFFF : pair >>> 4;
    }

    private ByteBuffer readTable(long at, int length) throws IOException {
        int kept = Math.max(0, boot.activeTable());
        ByteBuffer chunk = window.read(boot.tableAt() + kept * boot.tableBytes() + at, length, ByteOrder.LITTLE_ENDIAN);
        for (int copy = 0; copy < boot.tables() && boot.activeTable() < 0; copy++) {
            long copyAt = boot.tableAt() + copy * boot.tableBytes() + at;
            if (copy != kept
                    && !window.read(copyAt, length, ByteOrder.LITTLE_ENDIAN).equals(chunk)) {
                throw window.malformed("fat-table", copyAt, "the copies of the table differ");
            }
        }
        return chunk;
    }
}

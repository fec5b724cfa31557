package io.vmdisk.extent.sesparse;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainState;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a disk larger where its regions, rounded up to mebibytes, have room: within the same 512 MiB or so.
 *
 * <p>Only the constant header changes, one sector. Before that everything the new capacity uncovers is found to be empty:
 * the rest of the last grain, of the last table and of the directory.
 */
final class SeSparseGrowth {
    private final SeSparseFile opened;
    private final SeSparseLayout before;
    private final BlockFile file;
    private final GrainMap map;

    private SeSparseGrowth(SeSparseFile opened) {
        this.opened = opened;
        this.before = opened.layout();
        this.file = opened.file();
        this.map = SeSparseExtents.map(opened, new TableCache(TableCache.DEFAULT_BUDGET_BYTES));
    }

    static boolean hasRoom(SeSparseLayout before, long capacitySectors) {
        return capacitySectors > SeSparseLimits.MAX_CAPACITY_SECTORS
                || SeSparseLayout.problems(before.header().withCapacity(capacitySectors))
                        .isEmpty();
    }

    static void grow(SeSparseFile opened, long capacitySectors) throws IOException {
        SeSparseLayout before = opened.layout();
        if (capacitySectors < before.header().capacitySectors()) {
            throw new LimitExceededException(
                    "shrink",
                    opened.file().path(),
                    "the disk has " + before.capacityBytes() + " bytes and can't become smaller in place",
                    "convert it to a smaller one");
        }
        SeSparseHeader header = before.header().withCapacity(capacitySectors);
        if (capacitySectors > SeSparseLimits.MAX_CAPACITY_SECTORS
                || !SeSparseLayout.problems(header).isEmpty()) {
            throw new LimitExceededException(
                    "sesparse-growth",
                    opened.file().path(),
                    "the tables of this disk of " + before.capacityBytes() + " bytes have no room for "
                            + capacitySectors + " sectors",
                    "convert the disk to a larger one");
        }
        if (capacitySectors > before.header().capacitySectors()) {
            new SeSparseGrowth(opened)
                    .uncover(SeSparseLayout.of(header, opened.file().path()));
        }
    }

    private void uncover(SeSparseLayout after) throws IOException {
        requireEmptyDirectory(after);
        requireEmptyEntries();
        clearRestOfLastGrain();
        file.force();
        file.writeFully(0, after.header().encode());
        file.force();
    }

    private void requireEmptyDirectory(SeSparseLayout after) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate((after.tableCount() - before.tableCount()) * Long.BYTES);
        file.readFully(before.directoryEnd(), entries);
        if (!SeSparseBytes.isZero(entries)) {
            throw unsafe("the grain directory");
        }
    }

    private void requireEmptyEntries() throws IOException {
        long table = map.tableOffset(before.tableCount() - 1);
        if (table == GrainState.UNALLOCATED) {
            return;
        }
        ByteBuffer entries = ByteBuffer.allocate(SeSparseLayout.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(table, entries);
        int first = (int) ((before.grainCount() - 1) % SeSparseLayout.ENTRIES_PER_TABLE) + 1;
        for (int entry = first; entry < SeSparseLayout.ENTRIES_PER_TABLE; entry++) {
            if (entries.getLong(entry * Long.BYTES) != 0) {
                throw unsafe("the last grain table");
            }
        }
    }

    private void clearRestOfLastGrain() throws IOException {
        long last = before.grainCount() - 1;
        long state = map.state(last);
        int valid = map.geometry().validBytes(last);
        if (GrainState.isData(state) && valid < SeSparseLayout.GRAIN_BYTES) {
            file.writeFully(state + valid, ByteBuffer.allocate(SeSparseLayout.GRAIN_BYTES - valid));
        }
    }

    private UnsafeStateException unsafe(String where) {
        return new UnsafeStateException(
                "damaged",
                opened.file().path(),
                where + " has entries behind the end of the disk, which would become visible",
                "convert the disk to a larger one");
    }
}

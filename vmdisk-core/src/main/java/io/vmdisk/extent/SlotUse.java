package io.vmdisk.extent;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.BitSet;

/**
 * Which parts of a sparse file its entries use, in slots of equal size behind a first byte.
 *
 * <p>Answers for a window of slots at a time, each with a walk over all tables: memory stays at 16 MiB whatever the
 * file's size. The file must be sound; nothing may change it during a walk. Not thread-safe.
 */
public final class SlotUse {
    /** Slots of a window: 16 MiB of bits, 8 TiB in grains of 64 KiB. */
    static final int WINDOW = 1 << 27;

    private final BlockFile file;
    private final GrainMap map;
    private final long base;
    private final int slotBytes;
    private final Fixed fixed;
    private final int window;

    /** Stretches of the file that hold no grain but something else: tables behind the first grain. */
    @FunctionalInterface
    public interface Fixed {
        /** A file that has none. */
        Fixed NONE = sink -> {};

        /** Tells all of them, in any order; may be asked again. */
        void forEach(StretchSink sink) throws IOException;
    }

    /** Takes stretches of the file. */
    @FunctionalInterface
    public interface StretchSink {
        /** One. */
        void stretch(long fileOffset, long length) throws IOException;
    }

    /**
     * The use of a file.
     *
     * @param base the first slot's byte in the file; nothing that an entry names lies before it
     * @param slotBytes bytes of a slot; a grain has a multiple of it
     */
    public SlotUse(BlockFile file, GrainMap map, long base, int slotBytes, Fixed fixed) {
        this(file, map, base, slotBytes, fixed, WINDOW);
    }

    SlotUse(BlockFile file, GrainMap map, long base, int slotBytes, Fixed fixed, int window) {
        this.window = window;
        this.file = file;
        this.map = map;
        this.base = base;
        this.slotBytes = slotBytes;
        this.fixed = fixed;
    }

    long offsetOf(long slot) {
        return base + slot * slotBytes;
    }

    /** Slots that are looked at in one go. */
    int window() {
        return window;
    }

    /** The slot that holds a byte behind the base. */
    long slotOf(long fileOffset) {
        return (fileOffset - base) / slotBytes;
    }

    /** Slots of which the file holds at least a byte. */
    long fileSlots() throws IOException {
        long bytes = file.size() - base;
        return bytes <= 0 ? 0 : (bytes - 1) / slotBytes + 1;
    }

    /** The used slots of a window, the first one as bit 0. */
    BitSet used(long first, long end) throws IOException {
        BitSet used = fixed(first, end);
        map.locate(0, map.geometry().capacityBytes(), (start, length, state) -> {
            if (state >= 0) {
                // The last grain of a disk is stored whole although the disk may end inside it.
                long grains = (length - 1) / map.geometry().grainBytes() + 1;
                mark(used, first, end, state, grains * map.geometry().grainBytes());
            }
        });
        return used;
    }

    /** The slots of a window that hold something other than grains. */
    BitSet fixed(long first, long end) throws IOException {
        BitSet used = new BitSet();
        fixed.forEach((offset, length) -> mark(used, first, end, offset, length));
        return used;
    }

    private void mark(BitSet used, long first, long end, long offset, long length) {
        if (offset + length <= base) {
            return;
        }
        long from = Math.max(first, slotOf(Math.max(base, offset)));
        long to = Math.min(end, slotOf(offset + length - 1) + 1);
        if (from < to) {
            used.set((int) (from - first), (int) (to - first));
        }
    }

    /** The byte behind the last thing that is no grain, or the base. */
    long fixedEnd() throws IOException {
        long[] highest = {base};
        fixed.forEach((offset, length) -> highest[0] = Math.max(highest[0], offset + length));
        return highest[0];
    }

    /**
     * Tells the stretches below the file's end that nothing uses but that take space there, ascending.
     *
     * @param end what is to be done with the space behind the last used slot
     */
    public void forEachFree(LastStretch end, StretchSink sink) throws IOException {
        long slots = fileSlots();
        long pending = -1;
        for (long first = 0; first < slots; first += window) {
            long stop = Math.min(slots, first + window);
            int count = (int) (stop - first);
            BitSet used = used(first, stop);
            for (int slot = 0; slot < count; ) {
                int free = used.nextClearBit(slot);
                if (free > slot && pending >= 0) {
                    tell(pending, first + slot, sink);
                    pending = -1;
                }
                if (free < count && pending < 0) {
                    pending = first + free;
                }
                int next = used.nextSetBit(free);
                slot = next < 0 ? count : next;
            }
        }
        if (pending >= 0 && end == LastStretch.TELL) {
            tell(pending, slots, sink);
        }
    }

    /** What becomes of free space behind the last used slot. */
    public enum LastStretch {
        /** It is told like any other. */
        TELL,
        /** It is left alone. */
        LEAVE
    }

    /** Holes take no space. */
    private void tell(long first, long end, StretchSink sink) throws IOException {
        long stop = Math.min(offsetOf(end), file.size());
        long at = file.nextData(offsetOf(first));
        while (at < stop) {
            long hole = Math.min(stop, file.nextHole(at));
            sink.stretch(at, hole - at);
            at = hole < stop ? file.nextData(hole) : stop;
        }
    }
}

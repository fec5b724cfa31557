package io.vmdisk.extent.sesparse;

import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A region of a file as 64-bit words, paged in and written back: the free bitmap or the back map.
 *
 * <p>A changed page may be written at any time, not only by {@link #write}: the caller makes no change here that would
 * do harm if it became durable before others. Memory is bounded by {@link SeSparseLimits#MAX_CACHED_PAGES}. Not
 * thread-safe.
 */
final class SeSparsePages {
    /** Bits of a page. */
    static final int PAGE_BITS = 65536 * 8;

    private static final int PAGE_BYTES = PAGE_BITS / 8;
    private static final int LOOK_BYTES = 4 << 10;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;

    private final BlockFile file;
    private final SeSparseRegion region;
    private final Map<Long, Page> pages = new LinkedHashMap<>(16, 0.75f, true);

    SeSparsePages(BlockFile file, SeSparseRegion region) {
        this.file = file;
        this.region = region;
    }

    /** Word {@code index} of the region. */
    long word(long index) throws IOException {
        return page(index).words.getLong((int) (index % WORDS) * Long.BYTES);
    }

    /** Changes word {@code index}. */
    void setWord(long index, long value) throws IOException {
        Page page = page(index);
        int at = (int) (index % WORDS) * Long.BYTES;
        if (page.words.getLong(at) != value) {
            page.words.putLong(at, value);
            page.dirtyFrom = Math.min(page.dirtyFrom, at);
            page.dirtyTo = Math.max(page.dirtyTo, at + Long.BYTES);
        }
    }

    /** Whether bit {@code index} is set; bit 0 is the lowest of the first byte. */
    boolean bit(long index) throws IOException {
        return (word(index / Long.SIZE) >>> index & 1) != 0;
    }

    /**
     * The first set bit of a region at or behind {@code from}, as the file stands; the number of bits of the region if there
     * is none.
     */
    static long nextSetBit(BlockFile file, SeSparseRegion region, long from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LOOK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long end = region.sizeBytes();
        long at = from / Long.SIZE * Long.BYTES;
        while (at < end) {
            // A new file's lists are one hole.
            at = Math.max(
                    at, (file.nextData(region.offsetBytes() + at) - region.offsetBytes()) / Long.BYTES * Long.BYTES);
            int count = (int) Math.min(LOOK_BYTES, end - at);
            if (count <= 0) {
                break;
            }
            file.readFully(region.offsetBytes() + at, bytes.clear().limit(count));
            for (int i = 0; i < count; i += Long.BYTES) {
                long first = (at + i) * Byte.SIZE;
                long word = bytes.getLong(i) & (first < from ? -1L << from % Long.SIZE : -1L);
                if (word != 0) {
                    return first + Long.numberOfTrailingZeros(word);
                }
            }
            at += count;
        }
        return end * Byte.SIZE;
    }

    /** Sets or clears bits in a row. */
    void setBits(long first, long count, Bit value) throws IOException {
        long next = first;
        while (next < first + count) {
            int from = (int) (next % Long.SIZE);
            int length = (int) Math.min(Long.SIZE - from, first + count - next);
            long mask = -1L >>> Long.SIZE - length << from;
            long word = word(next / Long.SIZE);
            setWord(next / Long.SIZE, value == Bit.SET ? word | mask : word & ~mask);
            next += length;
        }
    }

    /** What a bit becomes. */
    enum Bit {
        SET,
        CLEAR
    }

    private Page page(long word) throws IOException {
        long number = word / WORDS;
        Page page = pages.get(number);
        if (page == null) {
            if (pages.size() >= SeSparseLimits.MAX_CACHED_PAGES) {
                evict();
            }
            page = load(number);
            pages.put(number, page);
        }
        return page;
    }

    private void evict() throws IOException {
        Map.Entry<Long, Page> oldest = pages.entrySet().iterator().next();
        write(oldest.getKey(), oldest.getValue());
        pages.remove(oldest.getKey());
    }

    private Page load(long number) throws IOException {
        long start = number * PAGE_BYTES;
        int length = (int) Math.min(PAGE_BYTES, region.sizeBytes() - start);
        ByteBuffer words = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        // What the file is too short for was never written. Whoever writes has made sure that nothing needed is
        // missing.
        file.read(region.offsetBytes() + start, words);
        return new Page(words.clear());
    }

    /** Writes all that has changed. */
    void write() throws IOException {
        for (Map.Entry<Long, Page> page : pages.entrySet()) {
            write(page.getKey(), page.getValue());
        }
    }

    private void write(long number, Page page) throws IOException {
        if (page.dirtyFrom < page.dirtyTo) {
            file.writeFully(
                    region.offsetBytes() + number * PAGE_BYTES + page.dirtyFrom,
                    page.words.slice(page.dirtyFrom, page.dirtyTo - page.dirtyFrom));
            page.dirtyFrom = PAGE_BYTES;
            page.dirtyTo = 0;
        }
    }

    private static final class Page {
        final ByteBuffer words;
        int dirtyFrom = PAGE_BYTES;
        int dirtyTo;

        Page(ByteBuffer words) {
            this.words = words;
        }
    }
}

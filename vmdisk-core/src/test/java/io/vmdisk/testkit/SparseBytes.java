package io.vmdisk.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * The content of one file in memory: pages of 4 KiB, absent ones are holes. Copies share pages until one side writes.
 * Safe for many threads.
 */
final class SparseBytes {
    static final int PAGE = 4096;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** A page may be changed in place only by the content that owns it; a shared one has no owner. */
    private static final class Page {
        final byte[] bytes;
        SparseBytes owner;

        Page(byte[] bytes, SparseBytes owner) {
            this.bytes = bytes;
            this.owner = owner;
        }
    }

    private static final SparseBytes NOBODY = new SparseBytes();

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private long size;

    synchronized SparseBytes copy() {
        SparseBytes copy = new SparseBytes();
        pages.values().forEach(page -> page.owner = NOBODY);
        copy.pages.putAll(pages);
        copy.size = size;
        return copy;
    }

    synchronized long size() {
        return size;
    }

    synchronized int read(long at, ByteBuffer into) {
        int length = (int) Math.max(0, Math.min(into.remaining(), size - at));
        byte[] bytes = new byte[length];
        overPages(at, length, (page, part) -> {
            Page held = pages.get(page);
            if (held != null) {
                System.arraycopy(held.bytes, part.inPage, bytes, part.inRange, part.length);
            }
        });
        into.put(bytes);
        return length;
    }

    synchronized void write(long at, byte[] bytes) {
        overPages(
                at,
                bytes.length,
                (page, part) -> System.arraycopy(bytes, part.inRange, own(page).bytes, part.inPage, part.length));
        size = Math.max(size, Math.addExact(at, bytes.length));
    }

    /** Whole pages, by number; holes are not among them. From now on nobody changes these in place. */
    synchronized SparseBytes lend(long start, long length) {
        SparseBytes lent = new SparseBytes();
        pages.subMap(start / PAGE, (start + length + PAGE - 1) / PAGE).forEach((number, page) -> {
            page.owner = NOBODY;
            lent.pages.put(number - start / PAGE, page);
        });
        return lent;
    }

    /** Makes whole pages those of another content; what is a hole there is one here. */
    synchronized void stand(long at, long length, SparseBytes lent) {
        pages.subMap(at / PAGE, (at + length + PAGE - 1) / PAGE).clear();
        lent.pages.forEach((number, page) -> pages.put(at / PAGE + number, page));
        size = Math.max(size, Math.addExact(at, length));
    }

    /** Adds what takes space: a page that several contents have is one. */
    synchronized void addPages(Set<Object> distinct) {
        distinct.addAll(pages.values());
    }

    synchronized void setSize(long newSize) {
        if (newSize < size) {
            clear(newSize, roundUp(size) - newSize);
        }
        size = newSize;
    }

    /** Makes a range read as zeros; whole pages become holes. */
    synchronized void clear(long at, long length) {
        long end = Math.addExact(at, length);
        long firstWhole = (at + PAGE - 1) / PAGE;
        long lastWhole = end / PAGE;
        if (firstWhole < lastWhole) {
            pages.subMap(firstWhole, lastWhole).clear();
            zero(at, firstWhole * PAGE);
            zero(lastWhole * PAGE, end);
        } else {
            long border = Math.max(at, Math.min(end, lastWhole * PAGE));
            zero(at, border);
            zero(border, end);
        }
    }

    /** Within one page. */
    private void zero(long start, long end) {
        long page = start / PAGE;
        if (start < end && pages.containsKey(page)) {
            Arrays.fill(own(page).bytes, (int) (start - page * PAGE), (int) (end - page * PAGE), (byte) 0);
        }
    }

    synchronized long nextData(long at) {
        Long page = pages.ceilingKey(at / PAGE);
        return page == null ? size : Math.min(size, Math.max(at, page * PAGE));
    }

    synchronized long nextHole(long at) {
        long page = at / PAGE;
        while (pages.containsKey(page)) {
            page++;
        }
        return Math.min(size, Math.max(at, page * PAGE));
    }

    /** How much of a range can be written with so many new pages. */
    synchronized int fitting(long at, int length, long newPages) {
        long left = newPages;
        for (long page = at / PAGE; page * PAGE < at + length; page++) {
            if (!pages.containsKey(page) && left-- == 0) {
                return (int) Math.max(0, page * PAGE - at);
            }
        }
        return length;
    }

    /** Equal for equal content; other content has, but for a very rare chance, another. */
    synchronized long fingerprint() {
        long mixed = size;
        for (Map.Entry<Long, Page> page : pages.entrySet()) {
            CRC32C crc = new CRC32C();
            crc.update(page.getValue().bytes);
            // A page of zeros reads as a hole does, but takes space: it is another state.
            mixed = (mixed * MIX + page.getKey()) * MIX + crc.getValue();
        }
        return mixed;
    }

    synchronized long allocatedBytes() {
        return (long) pages.size() * PAGE;
    }

    private Page own(long number) {
        Page held = pages.get(number);
        if (held == null || held.owner != this) {
            held = new Page(held == null ? new byte[PAGE] : held.bytes.clone(), this);
            pages.put(number, held);
        }
        return held;
    }

    private record Part(int inPage, int inRange, int length) {}

    private static void overPages(long at, int length, BiConsumer<Long, Part> action) {
        int done = 0;
        while (done < length) {
            long position = at + done;
            int inPage = (int) (position % PAGE);
            int step = Math.min(PAGE - inPage, length - done);
            action.accept(position / PAGE, new Part(inPage, done, step));
            done += step;
        }
    }

    private static long roundUp(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }
}

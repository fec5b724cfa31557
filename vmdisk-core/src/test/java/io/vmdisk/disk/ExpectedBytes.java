package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a disk must read as: an array in pages, so that a large one costs no more than what was written to it. */
final class ExpectedBytes {
    private static final int PAGE = 4096;
    private static final int CHUNK = 1 << 20;

    private final NavigableMap<Long, byte[]> pages = new TreeMap<>();
    private long capacity;

    ExpectedBytes(long capacity) {
        this.capacity = capacity;
    }

    long capacity() {
        return capacity;
    }

    ExpectedBytes copy() {
        ExpectedBytes copy = new ExpectedBytes(capacity);
        pages.forEach((at, page) -> copy.pages.put(at, page.clone()));
        return copy;
    }

    void write(long at, byte[] bytes) {
        for (int done = 0; done < bytes.length; ) {
            long page = (at + done) / PAGE * PAGE;
            int inside = (int) (at + done - page);
            int count = Math.min(PAGE - inside, bytes.length - done);
            System.arraycopy(bytes, done, pages.computeIfAbsent(page, key -> new byte[PAGE]), inside, count);
            done += count;
        }
    }

    void zero(long at, long length) {
        for (Map.Entry<Long, byte[]> entry : pagesOf(at, length).entrySet()) {
            long page = entry.getKey();
            Arrays.fill(
                    entry.getValue(), (int) Math.max(0, at - page), (int) Math.min(PAGE, at + length - page), (byte) 0);
        }
    }

    /** What becomes visible reads as zeros; what is cut off is forgotten. */
    void resize(long newCapacity) {
        if (newCapacity < capacity) {
            zero(newCapacity, capacity - newCapacity);
        }
        capacity = newCapacity;
    }

    /** Whether all of a range is zeros. */
    boolean isZero(long at, long length) {
        for (Map.Entry<Long, byte[]> entry : pagesOf(at, length).entrySet()) {
            long page = entry.getKey();
            for (int i = (int) Math.max(0, at - page); i < Math.min(PAGE, at + length - page); i++) {
                if (entry.getValue()[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private NavigableMap<Long, byte[]> pagesOf(long at, long length) {
        return pages.subMap(at / PAGE * PAGE, true, at + length, false);
    }

    private byte[] bytes(long at, int length) {
        byte[] bytes = new byte[length];
        pagesOf(at, length).forEach((page, content) -> {
            int from = (int) Math.max(0, at - page);
            int to = (int) Math.min(PAGE, at + length - page);
            System.arraycopy(content, from, bytes, (int) (page + from - at), to - from);
        });
        return bytes;
    }

    /** Fails if a range of the disk reads otherwise. */
    void assertSame(VirtualDisk disk, long start, int length) throws IOException {
        byte[] found = new byte[length];
        assertThat(disk.read(start, ByteBuffer.wrap(found))).isEqualTo(length);
        assertThat(Arrays.mismatch(found, bytes(start, length)))
                .as("first byte that differs, from %d on", start)
                .isEqualTo(-1);
    }

    /** Fails if the disk has another size, reads otherwise, or calls a stretch zeros that is not. */
    void assertSame(VirtualDisk disk) throws IOException {
        assertThat(disk.capacity()).isEqualTo(capacity);
        long next = 0;
        for (Run run : disk.runs(0, capacity)) {
            assertThat(run.start()).isEqualTo(next);
            next = run.end();
            if (run instanceof Run.Zero || run instanceof Run.Unallocated) {
                assertThat(isZero(run.start(), run.end() - run.start()))
                        .as("zeros at %d", run.start())
                        .isTrue();
                // Both ends are enough of what the tables call zeros.
                assertSame(disk, run.start(), (int) Math.min(CHUNK, run.end() - run.start()));
                assertSame(
                        disk, Math.max(run.start(), run.end() - CHUNK), (int) Math.min(CHUNK, run.end() - run.start()));
            } else {
                for (long at = run.start(); at < run.end(); at += CHUNK) {
                    assertSame(disk, at, (int) Math.min(CHUNK, run.end() - at));
                }
            }
        }
        assertThat(next).isEqualTo(capacity);
    }
}

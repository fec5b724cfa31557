package io.vmdisk.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Collects free blocks in ascending order, joins neighbours and hands them on as bytes of the disk.
 *
 * <p>Refuses blocks that overlap, go backwards or leave the file system, so that crafted metadata can neither loop nor
 * point elsewhere. One thread; {@link #finish} ends it.
 */
public final class FreeRuns {
    private final GuestWindow window;
    private final long firstByte;
    private final long blockBytes;
    private final long blocks;
    private final FreeSink sink;
    private long start;
    private long end;
    private long total;

    /**
     * Numbers blocks from zero.
     *
     * @param firstByte where block 0 begins in the window
     * @param blocks how many there are; all of them lie inside the window
     */
    public FreeRuns(GuestWindow window, long firstByte, long blockBytes, long blocks, FreeSink sink) {
        this.window = window;
        this.firstByte = firstByte;
        this.blockBytes = blockBytes;
        this.blocks = blocks;
        this.sink = sink;
    }

    /** How many free blocks were added. */
    public long total() {
        return total;
    }

    /** {@code count} blocks from {@code first} are free. */
    public void add(long first, long count) throws IOException {
        if (first < end || count < 1 || first > blocks - count) {
            throw window.malformed(
                    "free-order",
                    firstByte,
                    "free blocks " + first + " to " + (first + count - 1) + " are listed after block " + (end - 1)
                            + " of a file system of " + blocks + " blocks");
        }
        total += count;
        if (first == end && end > start) {
            end += count;
            return;
        }
        emit();
        start = first;
        end = first + count;
    }

    /**
     * Adds the zero bits of a bitmap, lowest bit of each byte first.
     *
     * @param bitmap read from index 0
     * @param bits how many bits count
     * @param firstBlock what the first bit stands for
     * @return how many bits are zero
     */
    public long addZeroBits(ByteBuffer bitmap, int bits, long firstBlock) throws IOException {
        ByteBuffer words = bitmap.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long found = 0;
        int bit = 0;
        while (bit < bits) {
            int from = nextBit(words, bit, bits, 0);
            if (from >= bits) {
                break;
            }
            int to = nextBit(words, from, bits, -1L);
            add(firstBlock + from, to - from);
            found += to - from;
            bit = to;
        }
        return found;
    }

    /** The first bit from {@code bit} on that differs from those of {@code flip} inverted: 0 finds zeros, -1 ones. */
    private static int nextBit(ByteBuffer words, int bit, int bits, long flip) {
        int at = bit;
        while (at < bits) {
            int word = at >>> 6;
            long value;
            if ((word + 1) * 8 <= words.limit()) {
                value = words.getLong(word * 8);
            } else {
                value = 0;
                for (int i = word * 8; i < words.limit(); i++) {
                    value |= (words.get(i) & 0xFFL) << ((i & 7) * 8);
                }
            }
            long wanted = (flip == 0 ? ~value : value) & (-1L << (at & 63));
            if (wanted != 0) {
                return Math.min(bits, (word << 6) + Long.numberOfTrailingZeros(wanted));
            }
            at = (word + 1) << 6;
        }
        return bits;
    }

    /** Hands on the last stretch. */
    public void finish() throws IOException {
        emit();
        start = end;
    }

    private void emit() throws IOException {
        if (end > start) {
            sink.free(window.start() + firstByte + start * blockBytes, (end - start) * blockBytes);
        }
    }
}

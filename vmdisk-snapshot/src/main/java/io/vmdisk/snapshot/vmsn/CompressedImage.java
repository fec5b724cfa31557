package io.vmdisk.snapshot.vmsn;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A {@code .vmem} that Workstation 17 wrote compressed: blocks of 4 MiB of memory, each behind a 16-byte header.
 *
 * <p>Opening walks the headers; reading expands whole blocks and keeps the last one, so sequential reads expand each
 * block once. Safe for many threads, one at a time.
 */
final class CompressedImage implements MemoryImage {
    private static final int HEADER_BYTES = 16;
    private static final int AT_ZERO = 4;
    private static final int AT_STORED = 8;
    private static final int AT_ZERO_TOO = 12;
    static final int BLOCK_BYTES = 4 << 20;
    /** A literal run costs one byte in 32. */
    private static final int MAX_STORED = BLOCK_BYTES + BLOCK_BYTES / 32 + 64;
    /** 16 TiB of memory, twice what a machine can have. */
    private static final int MAX_BLOCKS = 4 << 20;

    private final ByteSource file;
    private final long[] blockAt;
    private final long size;
    private int cachedBlock = -1;
    private byte[] cached = new byte[0];

    private CompressedImage(ByteSource file, long[] blockAt, long size) {
        this.file = file;
        this.blockAt = blockAt;
        this.size = size;
    }

    /** Whether the file begins with a block, and another block or its end follows where it should. */
    static boolean looksCompressed(ByteSource file) throws IOException {
        ByteBuffer header = header();
        if (file.read(0, header) < HEADER_BYTES || !plausible(header) || header.getInt(0) != BLOCK_BYTES) {
            return false;
        }
        long next = HEADER_BYTES + (long) header.getInt(AT_STORED);
        header.clear();
        return next == file.size() || (file.read(next, header) == HEADER_BYTES && plausible(header));
    }

    private static ByteBuffer header() {
        return ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean plausible(ByteBuffer header) {
        int expanded = header.getInt(0);
        int stored = header.getInt(AT_STORED);
        return expanded > 0
                && expanded <= BLOCK_BYTES
                && stored > 0
                && stored <= MAX_STORED
                && header.getInt(AT_ZERO) == 0
                && header.getInt(AT_ZERO_TOO) == 0;
    }

    /** Walks the headers; the file stays the caller's until this returns. */
    static CompressedImage open(ByteSource file) throws IOException {
        long end = file.size();
        long[] blocks = new long[64];
        int count = 0;
        long size = 0;
        ByteBuffer header = header();
        for (long at = 0; at < end; at += HEADER_BYTES + (long) header.getInt(AT_STORED)) {
            header.clear();
            file.readFully(at, header);
            if (!plausible(header) || size % BLOCK_BYTES != 0) {
                throw new MalformedFileException(
                        "vmem-block", file.path(), at, "no header of a compressed block of memory is here");
            }
            if (count == MAX_BLOCKS) {
                throw new LimitExceededException(
                        "vmem-blocks", file.path(), "it has more than " + MAX_BLOCKS + " compressed blocks");
            }
            if (count == blocks.length) {
                blocks = Arrays.copyOf(blocks, count * 2);
            }
            blocks[count++] = at;
            size += header.getInt(0);
        }
        return new CompressedImage(file, Arrays.copyOf(blocks, count), size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public synchronized void read(long at, ByteBuffer into) throws IOException {
        if (into.remaining() > size - at) {
            throw new MalformedFileException(
                    "truncated",
                    file.path(),
                    -1,
                    "it expands to " + size + " bytes, " + into.remaining() + " bytes are needed at " + at,
                    "copy the file again if a whole one exists");
        }
        long position = at;
        while (into.hasRemaining()) {
            byte[] block = block((int) (position / BLOCK_BYTES));
            int inBlock = (int) (position % BLOCK_BYTES);
            int count = Math.min(into.remaining(), block.length - inBlock);
            into.put(block, inBlock, count);
            position += count;
        }
    }

    private byte[] block(int number) throws IOException {
        if (number != cachedBlock) {
            ByteBuffer header = header();
            file.readFully(blockAt[number], header);
            if (!plausible(header)) {
                throw new MalformedFileException(
                        "vmem-block", file.path(), blockAt[number], "the file changed while it was read");
            }
            ByteBuffer stored = ByteBuffer.allocate(header.getInt(AT_STORED));
            file.readFully(blockAt[number] + HEADER_BYTES, stored);
            byte[] expanded = new byte[header.getInt(0)];
            if (!LzBlock.expand(stored.array(), expanded)) {
                throw new MalformedFileException(
                        "vmem-block",
                        file.path(),
                        blockAt[number],
                        "the compressed block here does not expand to " + expanded.length + " bytes",
                        "copy the file again if a whole one exists");
            }
            cached = expanded;
            cachedBlock = number;
        }
        return cached;
    }

    @Override
    public long nextData(long at) {
        return Math.min(at, size);
    }

    @Override
    public long nextHole(long at) {
        return size;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

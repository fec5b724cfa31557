package io.vmdisk.transfer;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.vmdisk.Progress;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the content of one disk from that of all others, in a text to derive identifiers from. Disks that read the same have
 * the same, whatever their formats and chains: blocks of zeros count for nothing, whether they are stored or not.
 */
public final class ContentSeed {
    private static final int BLOCK = 64 << 10;
    private static final String OPERATION = "reading for the identifiers";

    private ContentSeed() {}

    /**
     * Reads all that the disk holds.
     *
     * @param threads that read; {@link Pipeline#defaultThreads} is a good number
     */
    public static String of(VirtualDisk disk, int threads, Progress progress) throws IOException {
        progress.begin(OPERATION, disk.capacity());
        PositionProgress told = new PositionProgress(progress);
        Hasher all = Hashing.sha256().newHasher().putLong(disk.capacity());
        Pipeline.Consumer<Part> consumer = part -> {
            for (Block block : part.blocks()) {
                all.putLong(block.number()).putBytes(block.digest().asBytes());
            }
            told.upTo(part.end());
        };
        try (Pipeline<Part> pipeline = new Pipeline<>(threads, consumer, progress, OPERATION)) {
            DataChunks.of(disk, BLOCK, (start, length) -> pipeline.submit(() -> digest(disk, start, length)));
            pipeline.finish();
        }
        told.upTo(disk.capacity());
        return all.hash().toString();
    }

    private record Block(long number, HashCode digest) {}

    private record Part(long end, List<Block> blocks) {}

    private static Part digest(VirtualDisk disk, long start, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        disk.read(start, bytes);
        List<Block> blocks = new ArrayList<>();
        for (int at = 0; at < length; at += BLOCK) {
            int count = Math.min(BLOCK, length - at);
            if (!ZeroScan.isZero(bytes, at, at + count)) {
                blocks.add(new Block((start + at) / BLOCK, Hashing.sha256().hashBytes(bytes.array(), at, count)));
            }
        }
        return new Part(start + length, blocks);
    }
}

package io.vmdisk.hash;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.bulk.Pipeline;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.transfer.ZeroScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Computes digests of a disk's content. Stretches that are zeros by the tables are never read. Memory is a few chunks
 * of 1 MiB for each worker.
 *
 * <p>For one thread at a time, because all calls share one progress.
 *
 * @since 0.1
 */
public final class DiskHash {
    private static final String OPERATION = "hashing";

    private final int threads;
    private final Progress progress;

    /**
     * Makes a computation.
     *
     * @param threads workers, at least 1
     * @param progress advances over all bytes of the range, stored or not; it may cancel the work
     */
    public DiskHash(int threads, Progress progress) {
        this.threads = threads;
        this.progress = progress;
    }

    /** Takes the chunks of a tree digest in ascending order. */
    @FunctionalInterface
    public interface ChunkSink {
        /**
         * Takes a chunk that is not all zeros.
         *
         * @param offset its first byte on the disk, a multiple of {@link TreeDigest#CHUNK_BYTES}
         * @param sha256 the 32 bytes of its SHA-256
         * @throws IOException to end the work; it comes out of {@link DiskHash#tree}
         */
        void chunk(long offset, byte[] sha256) throws IOException;
    }

    /**
     * {@return the root of the tree digest of a whole disk, 64 hex digits}
     *
     * @param disk stays open; its content must not change meanwhile
     * @throws io.vmdisk.OperationCancelledException if the progress cancels
     * @throws IOException if the disk can't be read
     */
    public String treeRoot(VirtualDisk disk) throws IOException {
        TreeDigest root = new TreeDigest(disk.capacity());
        tree(disk, new ByteRange(0, disk.capacity()), root::add);
        return root.root();
    }

    /**
     * Computes the chunks of the tree digest in a part of a disk.
     *
     * @param disk stays open
     * @param range begins and ends at multiples of {@link TreeDigest#CHUNK_BYTES}, or ends with the disk; anything else
     *     is an {@link IllegalArgumentException}
     * @param sink takes the chunks that are not all zeros, on one thread at a time
     * @throws io.vmdisk.OperationCancelledException if the progress cancels
     * @throws IOException if the disk can't be read, or the sink throws one
     */
    public void tree(VirtualDisk disk, ByteRange range, ChunkSink sink) throws IOException {
        requireChunks(disk, range);
        Buffers buffers = new Buffers();
        HashProgress told = new HashProgress(range.start());
        try (Pipeline<Hashed> pipeline = new Pipeline<>(
                threads,
                hashed -> {
                    if (hashed.digest() != null) {
                        sink.chunk(hashed.offset(), hashed.digest());
                    }
                    told.upTo(hashed.offset() + hashed.length());
                },
                progress,
                OPERATION)) {
            chunks(
                    disk,
                    range,
                    (offset, length) -> pipeline.submit(() -> {
                        ByteBuffer buffer = buffers.take();
                        disk.read(offset, buffer.limit(length));
                        buffer.flip();
                        byte[] digest = null;
                        if (!ZeroScan.isZero(buffer, 0, length)) {
                            MessageDigest sha = HashAlgorithm.SHA256.digest();
                            sha.update(buffer);
                            digest = sha.digest();
                        }
                        buffers.give(buffer);
                        return new Hashed(offset, length, digest);
                    }));
            pipeline.finish();
        }
        told.upTo(range.end());
    }

    /** The result of a chunk; the digest is null if it is all zeros. */
    private record Hashed(long offset, int length, byte @Nullable [] digest) {}

    private static void requireChunks(VirtualDisk disk, ByteRange range) {
        boolean wholeEnd = range.end() % TreeDigest.CHUNK_BYTES == 0 || range.end() == disk.capacity();
        boolean wholeStart = range.start() % TreeDigest.CHUNK_BYTES == 0 || range.length() == 0;
        if (!wholeStart || !wholeEnd || range.end() > disk.capacity()) {
            throw new IllegalArgumentException("not whole chunks: " + range);
        }
    }

    /** Takes chunks, ascending. */
    @FunctionalInterface
    private interface Visitor {
        void chunk(long offset, int length) throws IOException;
    }

    /** Walks over the chunks of a range that store something, each cut at the range's ends. */
    private static void chunks(VirtualDisk disk, ByteRange range, Visitor visitor) throws IOException {
        long[] next = {range.start() / TreeDigest.CHUNK_BYTES};
        disk.locate(range.start(), range.length(), new StoredStretches((start, length) -> {
            long last = (start + length - 1) / TreeDigest.CHUNK_BYTES;
            for (long chunk = Math.max(next[0], start / TreeDigest.CHUNK_BYTES); chunk <= last; chunk++) {
                long from = Math.max(range.start(), chunk * TreeDigest.CHUNK_BYTES);
                long to = Math.min(range.end(), (chunk + 1) * TreeDigest.CHUNK_BYTES);
                visitor.chunk(from, (int) (to - from));
            }
            next[0] = Math.max(next[0], last + 1);
        }));
    }

    /**
     * Computes digests of a part of a disk over all its bytes in order. Many threads read; the digests take the bytes
     * in order.
     *
     * @param disk stays open
     * @param range within the disk, in bytes
     * @param algorithms one or more
     * @return lower-case hex digits for each algorithm
     * @throws io.vmdisk.OperationCancelledException if the progress cancels
     * @throws IOException if the disk can't be read, or this thread is interrupted
     */
    public Map<HashAlgorithm, String> sequential(
            VirtualDisk disk, ByteRange range, Collection<HashAlgorithm> algorithms) throws IOException {
        HashProgress told = new HashProgress(range.start());
        Buffers buffers = new Buffers();
        try (Digests digests = new Digests(algorithms);
                Pipeline<Read> pipeline = new Pipeline<>(
                        threads,
                        read -> {
                            digests.zeros(read.offset() - told.next);
                            digests.update(read.bytes());
                            told.upTo(read.offset() + read.bytes().limit());
                            buffers.give(read.bytes());
                        },
                        progress,
                        OPERATION)) {
            chunks(
                    disk,
                    range,
                    (offset, length) -> pipeline.submit(() -> {
                        ByteBuffer buffer = buffers.take();
                        disk.read(offset, buffer.limit(length));
                        return new Read(offset, buffer.flip());
                    }));
            pipeline.finish();
            digests.zeros(range.end() - told.next);
            told.upTo(range.end());
            return digests.results();
        }
    }

    private record Read(long offset, ByteBuffer bytes) {}

    /** Tells progress up to a position, whatever lies between. */
    private final class HashProgress {
        private long next;

        HashProgress(long start) {
            next = start;
        }

        void upTo(long end) {
            progress.advance(end - next);
            next = end;
        }
    }

    /** Chunks of memory that go round. */
    private static final class Buffers {
        private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(256);

        ByteBuffer take() {
            ByteBuffer buffer = free.poll();
            return buffer == null ? ByteBuffer.allocate(TreeDigest.CHUNK_BYTES) : buffer.clear();
        }

        void give(ByteBuffer buffer) {
            free.offer(buffer);
        }
    }

    /** Several digests of the same bytes, each on a thread of its own if there are several. */
    private static final class Digests implements AutoCloseable {
        private static final byte[] ZEROS = new byte[TreeDigest.CHUNK_BYTES];

        private final Map<HashAlgorithm, MessageDigest> running = new EnumMap<>(HashAlgorithm.class);
        private final @Nullable ExecutorService threads;

        Digests(Collection<HashAlgorithm> algorithms) {
            algorithms.forEach(algorithm -> running.put(algorithm, algorithm.digest()));
            threads = running.size() < 2
                    ? null
                    : Executors.newFixedThreadPool(running.size(), task -> {
                        Thread thread = new Thread(task, "vmdisk-digest");
                        thread.setDaemon(true);
                        return thread;
                    });
        }

        void zeros(long count) throws IOException {
            for (long left = count; left > 0; left -= ZEROS.length) {
                update(ByteBuffer.wrap(ZEROS, 0, (int) Math.min(left, ZEROS.length)));
            }
        }

        void update(ByteBuffer bytes) throws IOException {
            if (threads == null) {
                running.values().forEach(digest -> digest.update(bytes.duplicate()));
                return;
            }
            List<Callable<Void>> tasks = new ArrayList<>();
            for (MessageDigest digest : running.values()) {
                tasks.add(() -> {
                    digest.update(bytes.duplicate());
                    return null;
                });
            }
            try {
                for (Future<Void> task : threads.invokeAll(tasks)) {
                    Objects.requireNonNull(task).get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while hashing", e);
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }

        Map<HashAlgorithm, String> results() {
            Map<HashAlgorithm, String> results = new EnumMap<>(HashAlgorithm.class);
            running.forEach(
                    (algorithm, digest) -> results.put(algorithm, HexFormat.of().formatHex(digest.digest())));
            return results;
        }

        @Override
        public void close() {
            if (threads != null) {
                threads.shutdown();
            }
        }
    }
}

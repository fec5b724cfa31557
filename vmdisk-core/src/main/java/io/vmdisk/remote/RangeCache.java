package io.vmdisk.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Which ranges are asked for, and for how long they are kept.
 *
 * <p>Blocks of 64 KiB are asked for once, whoever wants them. Neighbours are joined; what goes on where others have read is
 * read ahead, in steps that grow up to whole stretches of 4 MiB, so that reading from front to back asks for 4 MiB at a
 * time, and a single grain for no more than its blocks. At most four ranges are under way at once, and at most 32 MiB are
 * kept beside them. Thread-safe; a thread that waits for another's range holds nothing that it needs.
 */
final class RangeCache implements StoredFiles.Reader {
    static final int BLOCK = 64 << 10;
    static final int STRETCH = 4 << 20;
    private static final int STRETCH_BLOCKS = STRETCH / BLOCK;
    private static final int FIRST_AHEAD = 256 << 10;
    private static final int BULK = 1 << 20;
    private static final int PARALLEL = 4;
    private static final long KEPT_BYTES = 32 << 20;
    private static final int REMEMBERED = 8;

    private final RangeStore store;
    private final Semaphore permits = new Semaphore(PARALLEL);
    private final Map<BlockId, Fetch> blocks = new HashMap<>();
    /** Those that are complete, the one longest unused first. */
    private final Set<Fetch> kept = new LinkedHashSet<>();

    private final Map<String, Trail> trails = new HashMap<>();
    private long keptBytes;

    RangeCache(RangeStore store) {
        this.store = store;
    }

    private record BlockId(String object, long index) {}

    /** Neighbouring blocks that are asked for together. Compared by identity. */
    private static final class Fetch {
        final StoreKey key;
        final StoredObject object;
        final long first;
        final int count;
        final CompletableFuture<byte[]> bytes = new CompletableFuture<>();

        Fetch(StoreKey key, StoredObject object, long first, int count) {
            this.key = key;
            this.object = object;
            this.first = first;
            this.count = count;
        }

        long start() {
            return first * BLOCK;
        }

        int length() {
            return (int) Math.min((long) count * BLOCK, object.size() - start());
        }
    }

    /** Where an object was read lately, and how much further it pays to read. */
    private static final class Trail {
        private final Deque<long[]> recent = new ArrayDeque<>();
        private int ahead;

        /** How many blocks to ask for from one on, of which some are wanted now. */
        int blocksFrom(long first, long wanted) {
            boolean near = recent.stream()
                    .anyMatch(range -> first >= range[0] - STRETCH_BLOCKS && first <= range[1] + STRETCH_BLOCKS);
            if (!near) {
                ahead = 0;
            } else if (wanted * BLOCK >= BULK) {
                ahead = STRETCH;
            } else {
                ahead = ahead == 0 ? FIRST_AHEAD : Math.min(ahead * 2, STRETCH);
            }
            long count = Math.max(wanted, ahead / BLOCK);
            // Up to the end of a stretch, so that the next one is whole.
            long toEnd = STRETCH_BLOCKS - first % STRETCH_BLOCKS;
            return (int) (ahead == STRETCH ? toEnd : Math.min(count, toEnd));
        }

        void add(long first, long end) {
            recent.addLast(new long[] {first, end});
            if (recent.size() > REMEMBERED) {
                recent.removeFirst();
            }
        }
    }

    @Override
    public void keep(StoreKey key, StoredObject seen, ByteBuffer head) {
        boolean whole = head.remaining() == seen.size();
        int count = (head.remaining() + (whole ? BLOCK - 1 : 0)) / BLOCK;
        if (count == 0) {
            return;
        }
        Fetch fetch = new Fetch(key, seen, 0, count);
        byte[] bytes = new byte[fetch.length()];
        head.duplicate().get(bytes);
        synchronized (this) {
            register(fetch);
        }
        complete(fetch, bytes);
    }

    @Override
    public void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int count = (int) Math.min(into.remaining(), STRETCH - position % STRETCH);
            readWithin(key, seen, position, into.slice(into.position(), count));
            into.position(into.position() + count);
            position += count;
        }
    }

    /** A range that lies in one stretch. */
    private void readWithin(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        List<Fetch> own = new ArrayList<>();
        List<Fetch> all = plan(key, seen, at / BLOCK, (at + into.remaining() - 1) / BLOCK, own);
        for (Iterator<Fetch> rest = own.iterator(); rest.hasNext(); ) {
            try {
                run(rest.next());
            } catch (IOException | RuntimeException | Error e) {
                rest.forEachRemaining(fetch -> fail(fetch, e));
                throw e;
            }
        }
        for (Fetch fetch : all) {
            byte[] bytes = await(fetch);
            int from = (int) Math.max(0, at - fetch.start());
            int to = (int) Math.max(0, fetch.start() - at);
            int count = Math.min(bytes.length - from, into.remaining() - to);
            into.slice(into.position() + to, count).put(bytes, from, count);
        }
    }

    /** What brings some blocks, once each and in order; new ones are the caller's to run. */
    private synchronized List<Fetch> plan(StoreKey key, StoredObject seen, long first, long last, List<Fetch> own) {
        List<Fetch> all = new ArrayList<>();
        Trail trail = trails.computeIfAbsent(key.name(), name -> new Trail());
        long end = (seen.size() + BLOCK - 1) / BLOCK;
        for (long block = first; block <= last; ) {
            Fetch fetch = blocks.get(new BlockId(key.name(), block));
            if (fetch == null) {
                int most = (int) Math.min(trail.blocksFrom(block, last - block + 1), end - block);
                int count = 1;
                while (count < most && !blocks.containsKey(new BlockId(key.name(), block + count))) {
                    count++;
                }
                fetch = new Fetch(key, seen, block, count);
                register(fetch);
                trail.add(block, block + count);
                own.add(fetch);
            } else if (kept.remove(fetch)) {
                kept.add(fetch);
            }
            all.add(fetch);
            block = fetch.first + fetch.count;
        }
        return all;
    }

    private void register(Fetch fetch) {
        for (int i = 0; i < fetch.count; i++) {
            blocks.put(new BlockId(fetch.key.name(), fetch.first + i), fetch);
        }
    }

    private void run(Fetch fetch) throws IOException {
        byte[] bytes = new byte[fetch.length()];
        acquire(fetch);
        try {
            store.read(fetch.key, fetch.object, fetch.start(), ByteBuffer.wrap(bytes));
        } catch (IOException | RuntimeException | Error e) {
            fail(fetch, e);
            throw e;
        } finally {
            permits.release();
        }
        complete(fetch, bytes);
    }

    private void acquire(Fetch fetch) throws IOException {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            InterruptedIOException failure = interrupted();
            fail(fetch, failure);
            throw failure;
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for a server");
    }

    private void complete(Fetch fetch, byte[] bytes) {
        synchronized (this) {
            kept.add(fetch);
            keptBytes += bytes.length;
            Iterator<Fetch> oldest = kept.iterator();
            while (keptBytes > KEPT_BYTES && oldest.hasNext()) {
                Fetch old = oldest.next();
                if (old != fetch) {
                    oldest.remove();
                    keptBytes -= old.length();
                    forget(old);
                }
            }
        }
        fetch.bytes.complete(bytes);
    }

    /** Who comes later tries again. */
    private void fail(Fetch fetch, Throwable reason) {
        synchronized (this) {
            forget(fetch);
        }
        fetch.bytes.completeExceptionally(reason);
    }

    private void forget(Fetch fetch) {
        for (int i = 0; i < fetch.count; i++) {
            blocks.remove(new BlockId(fetch.key.name(), fetch.first + i), fetch);
        }
    }

    private static byte[] await(Fetch fetch) throws IOException {
        try {
            return fetch.bytes.get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof IOException failed) {
                throw failed;
            }
            throw new IOException("another thread could not read from the server", cause);
        }
    }
}

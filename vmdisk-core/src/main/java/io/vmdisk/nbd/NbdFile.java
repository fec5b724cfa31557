package io.vmdisk.nbd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * An export as a file that is read: many threads share a few connections.
 *
 * <p>What the server says about zeros is remembered for the stretch that was asked about last.
 */
final class NbdFile implements BlockFile {
    private static final int MOST_CONNECTIONS = 4;
    private static final int STATUS_BYTES = 1 << 30;

    private final NbdAddress address;
    private final Path path;
    private final long size;
    private final int block;
    private final boolean knowsAllocation;
    private final Semaphore permits;
    private final Deque<NbdClient> idle = new ArrayDeque<>();
    private final List<NbdClient> all = new ArrayList<>();
    private Known known = new Known(0, new long[0], new boolean[0]);
    private boolean closed;

    NbdFile(NbdAddress address, Path path) throws IOException {
        this.address = address;
        this.path = path;
        NbdClient first = NbdClient.connect(address, path);
        this.size = first.size();
        this.block = first.minimumBytes();
        this.knowsAllocation = first.knowsAllocation();
        boolean one = !first.canHaveTwins() || address.place() instanceof NbdAddress.Place.Program;
        this.permits = new Semaphore(one ? 1 : MOST_CONNECTIONS);
        idle.add(first);
        all.add(first);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() {
        return size;
    }

    private interface Talk {
        void with(NbdClient client) throws IOException;
    }

    private void talk(Talk talk) throws IOException {
        permits.acquireUninterruptibly();
        try {
            NbdClient client = take();
            try {
                talk.with(client);
            } finally {
                give(client);
            }
        } finally {
            permits.release();
        }
    }

    private NbdClient take() throws IOException {
        synchronized (this) {
            if (closed) {
                throw new java.nio.channels.ClosedChannelException();
            }
            NbdClient free = idle.poll();
            if (free != null) {
                return free;
            }
        }
        NbdClient fresh = NbdClient.connect(address, path);
        if (fresh.size() != size) {
            fresh.close();
            throw new IOException(path + ": the server's export changed its size");
        }
        synchronized (this) {
            all.add(fresh);
        }
        return fresh;
    }

    private synchronized void give(NbdClient client) throws IOException {
        if (client.isBroken()) {
            all.remove(client);
            client.close();
        } else {
            idle.push(client);
        }
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        int wanted = (int) Math.max(0, Math.min(into.remaining(), size - at));
        int done = 0;
        while (done < wanted) {
            long from = at + done;
            int skew = (int) (from % block);
            int count = Math.min(wanted - done, NbdClient.MOST_BYTES - skew);
            boolean whole = skew == 0 && (count % block == 0 || from + count == size);
            if (whole) {
                ByteBuffer part = into.slice(into.position(), count);
                talk(client -> client.read(from, part));
            } else {
                long end = Math.min(size, Sector.roundUp(from + count, block));
                count = (int) Math.min(count, Math.min(end, from - skew + NbdClient.MOST_BYTES) - from);
                ByteBuffer blocks = ByteBuffer.allocate((int) Math.min(end - (from - skew), NbdClient.MOST_BYTES));
                talk(client -> client.read(from - skew, blocks.duplicate()));
                into.slice(into.position(), count).put(blocks.slice(skew, count));
            }
            into.position(into.position() + count);
            done += count;
        }
        return wanted;
    }

    /** What a server said: the ends of neighbouring stretches, and which of them are zeros. */
    private record Known(long start, long[] ends, boolean[] zero) {
        long end() {
            return ends.length == 0 ? start : ends[ends.length - 1];
        }

        boolean covers(long at) {
            return at >= start && at < end();
        }

        /** The first byte from a position on that is of a kind; the end if there is none. */
        long next(long at, boolean wantsZero) {
            int i = Arrays.binarySearch(ends, at);
            for (i = i < 0 ? -i - 1 : i + 1; i < ends.length; i++) {
                if (zero[i] == wantsZero) {
                    return i == 0 ? at : Math.max(at, ends[i - 1]);
                }
            }
            return end();
        }
    }

    private long next(long at, boolean zero) throws IOException {
        long from = at;
        while (from < size) {
            Known answer = known(from);
            long found = answer.next(from, zero);
            if (found < answer.end()) {
                return Math.min(found, size);
            }
            from = answer.end();
        }
        return size;
    }

    private Known known(long at) throws IOException {
        synchronized (this) {
            if (known.covers(at)) {
                return known;
            }
        }
        long start = at / block * block;
        List<Long> ends = new ArrayList<>();
        List<Boolean> zero = new ArrayList<>();
        long[] end = {start};
        talk(client -> client.status(start, (int) Math.min(STATUS_BYTES, size - start), (length, state) -> {
            end[0] = Math.min(size, end[0] + length);
            ends.add(end[0]);
            zero.add((state & Protocol.STATE_ZERO) != 0);
        }));
        if (end[0] <= at) {
            throw new MalformedFileException(
                    "nbd",
                    path,
                    -1,
                    "the server does not keep to the protocol: it tells of stretches in front of those that were asked about");
        }
        Known answer = new Known(start, ends.stream().mapToLong(Long::longValue).toArray(), new boolean[zero.size()]);
        for (int i = 0; i < answer.zero.length; i++) {
            answer.zero[i] = zero.get(i);
        }
        synchronized (this) {
            known = answer;
        }
        return answer;
    }

    @Override
    public long nextData(long at) throws IOException {
        return knowsAllocation ? next(at, false) : at;
    }

    @Override
    public long nextHole(long at) throws IOException {
        return knowsAllocation ? next(at, true) : size;
    }

    private UnsupportedFeatureException readOnly() {
        return new UnsupportedFeatureException(
                "nbd-write", path, "a disk behind NBD is only read here", "convert it to a file, and change that");
    }

    @Override
    public void writeFully(long at, ByteBuffer from) throws IOException {
        throw readOnly();
    }

    @Override
    public void setSize(long newSize) throws IOException {
        throw readOnly();
    }

    @Override
    public void force() {}

    @Override
    public boolean punch(long at, long length) {
        return false;
    }

    @Override
    public boolean allocate(long at, long length) {
        return false;
    }

    @Override
    public long allocatedBytes() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        List<NbdClient> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(all);
            all.clear();
            idle.clear();
        }
        IOException first = null;
        for (NbdClient client : open) {
            try {
                client.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}

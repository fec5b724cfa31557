import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random reads or writes of a disk, in process, by several threads: prints how many a second, of writes with the flush
 * at their end. The first second warms up.
 *
 * <p>Usage: {@code java -cp 'lib/*' RandomAccess.java read|write DISK BLOCK SECONDS THREADS}
 */
public final class RandomAccess {
    private final VirtualDisk disk;
    private final int block;
    private final int threads;
    private final Request request;

    private interface Request {
        void at(long position, ByteBuffer block) throws IOException;
    }

    private RandomAccess(VirtualDisk disk, int block, int threads) {
        this.disk = disk;
        this.block = block;
        this.threads = threads;
        this.request = disk.isWritable() ? disk::write : disk::read;
    }

    public static void main(String[] args) throws Exception {
        OpenOptions options = args[0].equals("write") ? OpenOptions.writable() : OpenOptions.readOnly();
        int seconds = Integer.parseInt(args[3]);
        try (VirtualDisk disk = VirtualDisk.open(Path.of(args[1]), options)) {
            RandomAccess access = new RandomAccess(disk, Integer.parseInt(args[2]), Integer.parseInt(args[4]));
            access.perSecond(Math.min(1, seconds), 1);
            System.out.println(access.perSecond(seconds, 2));
        }
    }

    private long perSecond(long seconds, int seed) throws Exception {
        AtomicLong requests = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(threads);
        long start = System.nanoTime();
        long stop = start + seconds * 1_000_000_000;
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(31L * seed + i);
            new Thread(() -> {
                        try {
                            requests.addAndGet(until(stop, random));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } finally {
                            ended.countDown();
                        }
                    })
                    .start();
        }
        ended.await();
        disk.flush();
        return requests.get() * 1_000_000_000L / (System.nanoTime() - start);
    }

    private long until(long stop, SplittableRandom random) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(block);
        while (buffer.hasRemaining()) {
            buffer.putLong(random.nextLong());
        }
        long blocks = disk.capacity() / block;
        long done = 0;
        while (System.nanoTime() < stop) {
            for (int i = 0; i < 100; i++) {
                request.at(random.nextLong(blocks) * block, buffer.clear());
            }
            done += 100;
        }
        return done;
    }
}

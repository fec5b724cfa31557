import io.vmdisk.disk.VirtualDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random 4 KiB reads of a disk, in process, by several threads: prints reads per second. The first second warms up.
 *
 * <p>Usage: {@code java -cp 'lib/*' RandomReads.java DISK SECONDS THREADS}
 */
public final class RandomReads {
    private static final int BLOCK = 4096;

    private RandomReads() {}

    public static void main(String[] args) throws Exception {
        long seconds = Long.parseLong(args[1]);
        int threads = Integer.parseInt(args[2]);
        try (VirtualDisk disk = VirtualDisk.open(Path.of(args[0]))) {
            measure(disk, 1, threads);
            System.out.println(measure(disk, seconds, threads) / seconds);
        }
    }

    private static long measure(VirtualDisk disk, long seconds, int threads) throws Exception {
        AtomicLong reads = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(threads);
        long stop = System.nanoTime() + seconds * 1_000_000_000;
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(i);
            new Thread(() -> {
                        try {
                            reads.addAndGet(readUntil(disk, random, stop));
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        } finally {
                            ended.countDown();
                        }
                    })
                    .start();
        }
        ended.await();
        return reads.get();
    }

    private static long readUntil(VirtualDisk disk, SplittableRandom random, long stop) throws java.io.IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
        long blocks = disk.capacity() / BLOCK;
        long done = 0;
        while (System.nanoTime() < stop) {
            for (int i = 0; i < 100; i++) {
                disk.read(random.nextLong(blocks) * BLOCK, buffer.clear());
            }
            done += 100;
        }
        return done;
    }
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many threads on one disk. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DiskConcurrencyTest {
    private static final int THREADS = 6;
    /** Odd, so that neighbours share sectors and grains. */
    private static final int STRIPE = 200_033;

    private static final int CAPACITY = (THREADS * STRIPE + 511) / 512 * 512;

    /** A disk to work on. */
    record Victim(String name, MemoryVolume volume) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Victim> victims() throws IOException {
        Stream.Builder<Victim> all = Stream.builder();
        for (DiskFormat format : new DiskFormat[] {
            DiskFormat.MONOLITHIC_SPARSE,
            DiskFormat.TWO_GB_SPARSE,
            DiskFormat.MONOLITHIC_FLAT,
            DiskFormat.VMFS_SPARSE,
            DiskFormat.SE_SPARSE
        }) {
            all.add(new Victim(format.word(), TestDisks.of(format, CAPACITY)));
        }
        for (DiskFormat format :
                new DiskFormat[] {DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE}) {
            all.add(new Victim(
                    format.word() + " over split", TestDisks.over(DiskFormat.TWO_GB_SPARSE, format, CAPACITY)));
        }
        return all.build();
    }

    @FunctionalInterface
    private interface Work {
        void run(int thread) throws IOException;
    }

    private static void inThreads(int count, Work work) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(count);
        try {
            CountDownLatch start = new CountDownLatch(count);
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int thread = i;
                futures.add(pool.submit(() -> {
                    start.countDown();
                    start.await();
                    work.run(thread);
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static OpenOptions options(Victim victim) {
        // Few tables fit, so that they come and go while others use them.
        return OpenOptions.writable().withVolume(victim.volume()).withTableBudget(20_000);
    }

    private static byte[] content(Victim victim) throws IOException {
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(victim.volume()))) {
            return DiskContent.of(disk);
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void holdsWhatEachThreadWroteToAStripeOfItsOwn(Victim victim) throws Exception {
        byte[] model = content(victim);
        try (VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, options(victim))) {
            inThreads(THREADS + 1, thread -> {
                if (thread == THREADS) {
                    for (int i = 0; i < 20; i++) {
                        disk.flush();
                        disk.runs(0, disk.capacity());
                    }
                } else {
                    stripe(disk, model, thread);
                }
            });
            assertThat(Arrays.mismatch(DiskContent.of(disk), model)).isEqualTo(-1);
            DiskContent.assertRunsAgree(disk);
        }
        assertThat(Arrays.mismatch(content(victim), model)).isEqualTo(-1);
        assertThat(victim.volume().openFiles()).isEmpty();
    }

    private static void stripe(VirtualDisk disk, byte[] model, int thread) throws IOException {
        SplittableRandom random = new SplittableRandom(thread);
        for (int i = 0; i < 60; i++) {
            int length = 1 + random.nextInt(20_000);
            int at = thread * STRIPE + random.nextInt(STRIPE - length);
            switch (random.nextInt(6)) {
                case 0 -> {
                    disk.unmap(at, length);
                    Arrays.fill(model, at, at + length, (byte) 0);
                }
                case 1 -> {
                    disk.zero(at, length);
                    Arrays.fill(model, at, at + length, (byte) 0);
                }
                default -> {
                    byte[] bytes = Patterns.random(random.nextLong(), length);
                    disk.write(at, ByteBuffer.wrap(bytes));
                    System.arraycopy(bytes, 0, model, at, length);
                }
            }
            int from = Math.max(thread * STRIPE, at - 5000);
            byte[] around = new byte[Math.min((thread + 1) * STRIPE, at + length + 5000) - from];
            disk.read(from, ByteBuffer.wrap(around));
            assertThat(Arrays.mismatch(around, 0, around.length, model, from, from + around.length))
                    .as("thread %d, step %d, from %d", thread, i, from)
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("victims")
    void showsNothingForeignWhereThreadsWriteOverEachOther(Victim victim) throws Exception {
        byte[] before = content(victim);
        byte[] last;
        try (VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, options(victim))) {
            inThreads(THREADS, thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int i = 0; i < 60; i++) {
                    int length = 1 + random.nextInt(30_000);
                    int at = random.nextInt(120_000);
                    switch (random.nextInt(5)) {
                        case 0 -> disk.unmap(at, length);
                        case 1 -> disk.zero(at, length);
                        case 2 -> disk.flush();
                        default -> disk.write(at, ByteBuffer.wrap(Patterns.filled(thread + 1, length)));
                    }
                }
            });
            last = DiskContent.of(disk);
        }
        for (int i = 0; i < last.length; i++) {
            boolean written = i < 150_000 && last[i] >= 0 && last[i] <= THREADS;
            if (!written && last[i] != before[i]) {
                throw new AssertionError("foreign byte " + last[i] + " at " + i);
            }
        }
        assertThat(Arrays.mismatch(content(victim), last)).isEqualTo(-1);
    }

    static Stream<Victim> readable() throws IOException {
        return Stream.concat(victims(), Stream.of(new Victim("stream", TestDisks.stream(CAPACITY))));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void endsReadsWithAnIoExceptionWhenItIsClosedMeanwhile(Victim victim) throws Exception {
        byte[] content = content(victim);
        OpenOptions options = OpenOptions.readOnly().withVolume(victim.volume()).withTableBudget(5000);
        VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, options);
        AtomicInteger reads = new AtomicInteger();
        inThreads(THREADS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            while (true) {
                byte[] bytes = new byte[9000];
                int at = random.nextInt(CAPACITY - bytes.length);
                try {
                    disk.read(at, ByteBuffer.wrap(bytes));
                } catch (IOException e) {
                    return;
                }
                assertThat(Arrays.mismatch(bytes, 0, bytes.length, content, at, at + bytes.length))
                        .isEqualTo(-1);
                if (reads.incrementAndGet() == 200) {
                    disk.close();
                }
            }
        });
        assertThat(victim.volume().openFiles()).isEmpty();
        disk.close();
    }
}

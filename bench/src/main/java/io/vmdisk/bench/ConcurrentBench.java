package io.vmdisk.bench;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Random 4 KiB requests to one open disk by one thread and by two: two should do twice as many. The disk stores all of its
 * grains, so that every write changes one in place. Its file is in {@code java.io.tmpdir}: choose one in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConcurrentBench {
    private static final int CAPACITY = 256 << 20;
    private static final int BLOCK = 4096;

    /** Of the disk. */
    @Param({"MONOLITHIC_SPARSE", "SE_SPARSE", "VMFS_SPARSE", "MONOLITHIC_FLAT"})
    public DiskFormat format;

    private Path folder;
    private VirtualDisk disk;
    private final ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BLOCK));

    /** Makes the disk and fills it. */
    @Setup(Level.Trial)
    public void make() throws IOException {
        folder = Files.createTempDirectory("vmdisk-bench");
        Path path = folder.resolve("disk.vmdk");
        StagedDisk.createEmpty(path, CreateSpec.of(format, CAPACITY), Volume.system(), Progress.NONE);
        disk = VirtualDisk.open(path, OpenOptions.writable());
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < CAPACITY; at += bytes.capacity()) {
            bytes.clear();
            while (bytes.hasRemaining()) {
                bytes.putLong(random.nextLong());
            }
            disk.write(at, bytes.flip());
        }
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        disk.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static long anywhere() {
        return (long) ThreadLocalRandom.current().nextInt(CAPACITY / BLOCK) * BLOCK;
    }

    private int read() throws IOException {
        return disk.read(anywhere(), buffers.get().clear());
    }

    private void write() throws IOException {
        disk.write(anywhere(), buffers.get().clear());
    }

    /** Reads by one thread. */
    @Benchmark
    @Threads(1)
    public int readBy1() throws IOException {
        return read();
    }

    /** Reads by two. */
    @Benchmark
    @Threads(2)
    public int readBy2() throws IOException {
        return read();
    }

    /** Writes by one thread. */
    @Benchmark
    @Threads(1)
    public void writeBy1() throws IOException {
        write();
    }

    /** Writes by two. */
    @Benchmark
    @Threads(2)
    public void writeBy2() throws IOException {
        write();
    }
}

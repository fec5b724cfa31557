package io.vmdisk.bench;

import io.vmdisk.Progress;
import io.vmdisk.RunSink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Random 4 KiB reads and look-ups of a chain: once its windows are known, depth must not matter. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChainBench {
    private static final int CAPACITY = 256 << 20;
    private static final int BLOCK = 4096;

    /** Links of the chain. */
    @Param({"1", "10", "30"})
    public int depth;

    private Path folder;
    private VirtualDisk disk;
    private final ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BLOCK));

    /** Makes the chain: each link holds some of the disk. */
    @Setup(Level.Trial)
    public void make() throws IOException {
        folder = Files.createTempDirectory("vmdisk-bench");
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer block = ByteBuffer.allocateDirect(1 << 16);
        Path parent = null;
        for (int link = 0; link < depth; link++) {
            Path path = folder.resolve("link" + link + ".vmdk");
            CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY);
            StagedDisk.createEmpty(
                    path, parent == null ? spec : spec.withParent(parent), Volume.system(), Progress.NONE);
            try (VirtualDisk open = VirtualDisk.open(path, OpenOptions.writable())) {
                for (int n = 0; n < 2 * CAPACITY / (1 << 16) / depth; n++) {
                    block.clear();
                    block.putLong(0, random.nextLong());
                    open.write((long) random.nextInt(CAPACITY >> 16) << 16, block);
                }
            }
            parent = path;
        }
        disk = VirtualDisk.open(parent);
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

    /** A random read of 4 KiB. */
    @Benchmark
    public int read4k() throws IOException {
        ByteBuffer buffer = buffers.get().clear();
        return disk.read((long) ThreadLocalRandom.current().nextInt(CAPACITY / BLOCK) * BLOCK, buffer);
    }

    /** The runs of a random 2 MiB window, without reading. */
    @Benchmark
    public void locate2m(Blackhole hole) throws IOException {
        long start = (long) ThreadLocalRandom.current().nextInt(CAPACITY >> 21) << 21;
        disk.locate(start, 2 << 20, new RunSink() {
            @Override
            public void data(long from, long length, int link, Path file, long at) {
                hole.consume(at);
            }

            @Override
            public void compressed(long from, long length, int link, Path file, long at, int stored) {
                hole.consume(at);
            }

            @Override
            public void zero(long from, long length, int link, Path file, long at) {
                hole.consume(from);
            }

            @Override
            public void unallocated(long from, long length, int link) {
                hole.consume(from);
            }
        });
    }
}

package io.vmdisk.bench;

import io.vmdisk.transfer.ZeroScan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Scanning zeros, the worst case: nothing ends the scan early. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ZeroScanBench {
    private final ByteBuffer megabyte = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.nativeOrder());

    /** One MiB of zeros. */
    @Benchmark
    public boolean scan1m() {
        return ZeroScan.isZero(megabyte, 0, megabyte.capacity());
    }
}

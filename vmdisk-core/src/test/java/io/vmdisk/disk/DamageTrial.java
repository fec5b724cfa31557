package io.vmdisk.disk;

import com.sun.management.ThreadMXBean;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.testkit.FuzzRun;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/**
 * Goes once through everything with a tiny disk that was damaged: mapped, read whole, checked, written. What comes out is
 * an answer or an exception that is promised; anything else, or more memory than a disk of this size has any use for, is
 * an {@link AssertionError}.
 */
final class DamageTrial {
    /** Room for the windows, tables and buffers that even a tiny disk gets; a check has some for each extent. */
    private static final long MAX_ALLOCATED_BYTES = 4L << 20;

    private static final long MAX_ALLOCATED_BYTES_OF_CHECK = 12L << 20;

    private static final int PIECE_BYTES = 128 << 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemoryVolume volume;
    private final OpenOptions reading;
    private boolean read;

    private DamageTrial(MemoryVolume volume) {
        this.volume = volume;
        this.reading = OpenOptions.readOnly().withVolume(volume);
    }

    /** Tries everything; whether the disk could be opened, mapped and read. */
    static boolean reads(MemoryVolume volume) {
        Tally.DAMAGED_INPUTS.count();
        DamageTrial trial = new DamageTrial(volume);
        quietly("reading", trial::read);
        quietly("check", MAX_ALLOCATED_BYTES_OF_CHECK, trial::check);
        quietly("writing", trial::write);
        if (!volume.openFiles().isEmpty() || !volume.locked().isEmpty()) {
            throw new AssertionError("still open: " + volume.openFiles() + ", locked: " + volume.locked());
        }
        return trial.read;
    }

    @FunctionalInterface
    private interface Call {
        void run() throws IOException;
    }

    private static boolean quietly(String what, Call call) {
        return quietly(what, MAX_ALLOCATED_BYTES, call);
    }

    /** Whether it came to its end. */
    private static boolean quietly(String what, long maxAllocatedBytes, Call call) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean done = false;
        try {
            call.run();
            done = true;
        } catch (VmdiskException | NoSuchFileException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError(what + ": an error without a text", e);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > maxAllocatedBytes * FuzzRun.memoryFactor()) {
            throw new AssertionError(what + " allocated " + allocated + " bytes");
        }
        return done;
    }

    private void read() throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, reading)) {
            disk.chain().describe();
            boolean maps = quietly("map", () -> RunCover.require(disk));
            boolean front = quietly("reading the front", () -> disk.read(0, ByteBuffer.allocate(PIECE_BYTES)));
            long last = Math.max(0, disk.capacity() - PIECE_BYTES);
            boolean end = quietly("reading the end", () -> disk.read(last, ByteBuffer.allocate(PIECE_BYTES)));
            read = maps && front && end;
        }
    }

    private void check() throws IOException {
        CheckOptions options =
                CheckOptions.standard().withScope(CheckOptions.Scope.CHAIN).withOpening(reading);
        DiskCheck.run(TestDisks.DISK, options, Progress.NONE);
    }

    private void write() throws IOException {
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(volume))) {
            long capacity = disk.capacity();
            quietly("writing", () -> disk.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3})));
            quietly("writing the middle", () -> disk.write(capacity / 2 / 512 * 512, ByteBuffer.allocate(512)));
            quietly("writing the end", () -> disk.write(capacity - 512, ByteBuffer.allocate(512)));
            quietly("zeroing", () -> disk.zero(capacity / 4, Math.min(capacity / 4, 9000)));
            quietly("unmapping", () -> disk.unmap(0, Math.min(capacity, 20_000)));
            quietly("flushing", disk::flush);
            quietly("reading back", () -> disk.read(0, ByteBuffer.allocate(PIECE_BYTES)));
        }
    }
}

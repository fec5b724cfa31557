package io.vmdisk.disk;

import com.sun.management.ThreadMXBean;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Does to a disk what users do, and lets nothing pass but answers and the exceptions that are promised. What else comes
 * out, or memory past a limit, is an {@link AssertionError}.
 */
final class HostileDisk {
    /** Tables, windows and grains of small files; far below what hostile numbers would ask for. */
    private static final long MAX_ALLOCATED_BYTES = 96L << 20;

    private static final int PIECE = 1 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private HostileDisk() {}

    @FunctionalInterface
    private interface Use {
        void on(VirtualDisk disk) throws IOException;
    }

    /** Opens, locates and reads. */
    static void read(Volume volume, Path disk) {
        use(disk, OpenOptions.readOnly().withVolume(volume), opened -> {
            quietly(() -> RunCover.require(opened));
            for (long at : new long[] {0, opened.capacity() / 2, Math.max(0, opened.capacity() - PIECE)}) {
                quietly(() -> opened.read(at, ByteBuffer.allocate(PIECE)));
            }
            opened.chain().describe();
        });
    }

    /** Opens, writes, zeroes, unmaps, flushes and reads. */
    static void write(MemoryVolume volume, Path disk) {
        use(disk, OpenOptions.writable().withVolume(volume), opened -> {
            long last = opened.capacity() - 512;
            quietly(() -> opened.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3})));
            quietly(() -> opened.write(last, ByteBuffer.allocate(512)));
            quietly(() -> opened.write(last / 2, ByteBuffer.allocate((int) Math.min(20_000, last - last / 2 + 512))));
            quietly(() -> opened.zero(0, Math.min(opened.capacity(), 9000)));
            quietly(() -> opened.unmap(0, Math.min(opened.capacity(), PIECE)));
            quietly(opened::flush);
            quietly(() -> opened.read(0, ByteBuffer.allocate(PIECE)));
        });
    }

    @FunctionalInterface
    private interface Call {
        void run() throws IOException;
    }

    private static void quietly(Call call) {
        try {
            call.run();
        } catch (IOException e) {
            requireText(e);
        }
    }

    private static void requireText(IOException e) {
        if (e.getMessage() == null && e.getClass().getName().startsWith("io.vmdisk")) {
            throw new AssertionError("an error without a text", e);
        }
    }

    private static void use(Path disk, OpenOptions options, Use use) {
        Tally.DAMAGED_INPUTS.count();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (VirtualDisk opened = VirtualDisk.open(disk, options)) {
            use.on(opened);
        } catch (IOException e) {
            requireText(e);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("raw " + e, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MAX_ALLOCATED_BYTES) {
            throw new AssertionError("allocated " + allocated + " bytes");
        }
    }
}

package io.vmdisk.testkit;

import com.sun.management.ThreadMXBean;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** One input against one target, with the limits that hold for all; and the door for Jazzer, which knows it by name. */
public final class FuzzRun {
    /** Far below what hostile numbers would ask for, far above what small inputs need. */
    private static final long MAX_ALLOCATED_BYTES = 192L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static FuzzTarget target = new None();

    private static final class None implements FuzzTarget {
        @Override
        public java.util.List<byte[]> seeds() {
            return java.util.List.of();
        }

        @Override
        public void run(byte[] input) {
            throw new IllegalStateException("no target was named");
        }
    }

    private FuzzRun() {}

    /** By what limits of memory grow while a fuzzer watches each branch, which takes memory itself. */
    public static int memoryFactor() {
        return Integer.getInteger("vmdisk.memory.factor", 1);
    }

    /** Called by Jazzer: the name of the target's class, and a folder for its seeds. */
    public static void fuzzerInitialize(String[] arguments) throws ReflectiveOperationException, IOException {
        target = (FuzzTarget)
                Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        int number = 0;
        for (byte[] seed : target.seeds()) {
            Files.write(folder.resolve("seed-" + number++), seed);
            warmUp(seed);
        }
    }

    /** Classes are loaded, and changed to be watched, on the first way through; that takes memory which nobody limits. */
    private static void warmUp(byte[] seed) {
        try {
            target.run(seed);
        } catch (IOException e) {
            // An answer, as later.
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        once(target, input);
    }

    /** Tries an input; what must not be is an {@link AssertionError}, or whatever was thrown. */
    public static void once(FuzzTarget target, byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            target.run(input);
        } catch (IOException e) {
            if (e.getMessage() == null && e instanceof VmdiskException) {
                throw new AssertionError("an error without a text", e);
            }
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MAX_ALLOCATED_BYTES * memoryFactor()) {
            throw new AssertionError("allocated " + allocated + " bytes");
        }
    }
}

package io.vmdisk.disk;

import io.vmdisk.RunSink;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether the runs of a disk cover it: what even a damaged one must have, if it tells any. */
final class RunCover {
    private static final int MAX_RUNS = 200_000;

    private RunCover() {}

    /** The runs cover the disk once; past a number of them the rest is believed. */
    static void require(VirtualDisk disk) throws IOException {
        Cover cover = new Cover();
        try {
            disk.locate(0, disk.capacity(), cover);
        } catch (Enough e) {
            return;
        }
        if (cover.next != disk.capacity()) {
            throw new AssertionError("the runs end at " + cover.next + " of " + disk.capacity());
        }
    }

    private static final class Enough extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Cover implements RunSink {
        private long next;
        private int runs;

        private void run(long start, long length) throws Enough {
            if (start != next || length <= 0) {
                throw new AssertionError("a run at " + start + " of " + length + ", expected at " + next);
            }
            next = start + length;
            if (++runs == MAX_RUNS) {
                throw new Enough();
            }
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            run(start, length);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
                throws IOException {
            run(start, length);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) throws IOException {
            run(start, length);
        }

        @Override
        public void unallocated(long start, long length, int depth) throws IOException {
            run(start, length);
        }
    }
}

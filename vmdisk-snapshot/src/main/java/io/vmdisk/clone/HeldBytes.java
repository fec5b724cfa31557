package io.vmdisk.clone;

import io.vmdisk.RunSink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sums what a disk holds with all its parents, each place once: what a copy of it has to hold at most. */
final class HeldBytes implements RunSink {
    private long bytes;

    private HeldBytes() {}

    static long of(Path disk, Volume volume) throws IOException {
        HeldBytes sum = new HeldBytes();
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            opened.locate(0, opened.capacity(), sum);
        }
        return sum.bytes;
    }

    @Override
    public void data(long start, long length, int depth, Path file, long at) {
        bytes += length;
    }

    @Override
    public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
        bytes += length;
    }

    @Override
    public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

    @Override
    public void unallocated(long start, long length, int depth) {}
}

package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Disks all of whose space is in use. */
class FullDiskTest {
    private static final int GRAIN = 4096;
    private static final int CAPACITY = 16 * GRAIN;

    private final MemoryVolume volume = new MemoryVolume();

    /** A seSparse file has no more grains than its disk; those freed since the last flush are not free yet. */
    @Test
    void takesSpaceThatWasFreedSinceTheLastFlush() throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY));
        byte[] content = Patterns.random(1, CAPACITY);
        try (VirtualDisk disk = open(OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(content));
            for (int round = 0; round < 3; round++) {
                disk.unmap(GRAIN, CAPACITY - 2 * GRAIN);
                byte[] again = Patterns.random(2 + round, CAPACITY - 5 * GRAIN - 700);
                ByteBuffer from = ByteBuffer.wrap(again);
                disk.write(2 * GRAIN + 100, from);
                assertThat(from.hasRemaining()).isFalse();
                Arrays.fill(content, GRAIN, CAPACITY - GRAIN, (byte) 0);
                System.arraycopy(again, 0, content, 2 * GRAIN + 100, again.length);
            }
            assertThat(DiskContent.of(disk)).isEqualTo(content);
        }
        try (VirtualDisk disk = open(OpenOptions.readOnly())) {
            assertThat(DiskContent.of(disk)).isEqualTo(content);
        }
    }

    private VirtualDisk open(OpenOptions options) throws IOException {
        return VirtualDisk.open(TestDisks.DISK, options.withVolume(volume));
    }
}

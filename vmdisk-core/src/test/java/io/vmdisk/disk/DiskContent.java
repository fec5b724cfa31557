package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** What a disk reads as, and whether its runs agree with that. */
public final class DiskContent {
    private DiskContent() {}

    /** All bytes of a small disk. */
    public static byte[] of(VirtualDisk disk) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(disk.capacity()));
        assertThat(disk.read(0, content)).isEqualTo(content.capacity());
        return content.array();
    }

    /** Checks that the runs cover the disk and that what they call zeros is zeros. */
    static void assertRunsAgree(VirtualDisk disk) throws IOException {
        byte[] content = of(disk);
        List<Run> runs = disk.runs(0, disk.capacity());
        long next = 0;
        for (Run run : runs) {
            assertThat(run.start()).isEqualTo(next);
            next = run.end();
            if (run instanceof Run.Zero || run instanceof Run.Unallocated) {
                byte[] part = Arrays.copyOfRange(content, (int) run.start(), (int) run.end());
                assertThat(part).as("zeros at %d", run.start()).isEqualTo(new byte[part.length]);
            }
        }
        assertThat(next).isEqualTo(disk.capacity());
    }
}

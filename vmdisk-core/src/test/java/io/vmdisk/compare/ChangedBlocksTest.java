package io.vmdisk.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangedBlocksTest {
    private static final int GRAIN = 64 << 10;

    private final MemoryVolume volume = new MemoryVolume();
    private final OpenOptions reading = OpenOptions.readOnly().withVolume(volume);
    private final OpenOptions writing = reading.withAccess(OpenOptions.Access.WRITE);

    private Path make(String name, CreateSpec spec, long... writtenAt) throws IOException {
        Path disk = MemoryVolume.folder().resolve(name);
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, writing)) {
            for (long at : writtenAt) {
                open.write(at, ByteBuffer.wrap(Patterns.random(at, 512)));
            }
        }
        return disk;
    }

    private static CreateSpec sparse(long capacity) {
        return CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, capacity);
    }

    private List<String> changes(Path older, Path newer, int most) throws IOException {
        List<String> found = new ArrayList<>();
        try (VirtualDisk a = VirtualDisk.open(older, reading);
                VirtualDisk b = VirtualDisk.open(newer, reading)) {
            ChangedBlocks.between(a, b, (range, content) -> {
                found.add(content + " " + range.start() / GRAIN + "+" + range.length() / GRAIN);
                return found.size() < most;
            });
        }
        return found;
    }

    @Test
    void areTheGrainsOfTheLinksBetween() throws IOException {
        Path base = make("base.vmdk", sparse(10L * GRAIN), 0, 5L * GRAIN);
        Path one = make("one.vmdk", sparse(10L * GRAIN).withParent(base), 2L * GRAIN);
        Path two = make("two.vmdk", sparse(10L * GRAIN).withParent(one), 3L * GRAIN, 7L * GRAIN);

        assertThat(changes(base, two, 9)).containsExactly("DATA 2+2", "DATA 7+1");
        assertThat(changes(one, two, 9)).containsExactly("DATA 3+1", "DATA 7+1");
        // Backwards: what was not there yet is zeros again, for which nothing needs to be read.
        assertThat(changes(two, base, 9)).containsExactly("ZERO 2+2", "ZERO 7+1");
    }

    @Test
    void endWhenTheTakerHasEnough() throws IOException {
        Path base = make("base.vmdk", sparse(10L * GRAIN));
        Path top = make("top.vmdk", sparse(10L * GRAIN).withParent(base), 0, 2L * GRAIN, 4L * GRAIN);

        assertThat(changes(base, top, 2)).containsExactly("DATA 0+1", "DATA 2+1");
    }

    @Test
    void ofALongerDiskCountTheOldTailAsZeros() throws IOException {
        Path small = make("small.vmdk", sparse(4L * GRAIN), GRAIN);
        Path large = make("large.vmdk", sparse(300L << 30), GRAIN, 3L * GRAIN, 290L << 30);

        assertThat(changes(small, large, 9)).containsExactly("DATA 1+1", "DATA 3+1", "DATA 4751360+1");
        assertThat(changes(large, small, 9)).containsExactly("DATA 1+1", "ZERO 3+1");
    }

    @Test
    void areAsFineAsTheGrainsOfTheFormat() throws IOException {
        Path base = make("base.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 10L * GRAIN), 0);
        Path top = make(
                "top.vmdk", CreateSpec.of(DiskFormat.SE_SPARSE, 10L * GRAIN).withParent(base), 5L * GRAIN);
        List<ByteRange> found = new ArrayList<>();

        try (VirtualDisk a = VirtualDisk.open(base, reading);
                VirtualDisk b = VirtualDisk.open(top, reading)) {
            ChangedBlocks.between(a, b, (range, content) -> found.add(range));
        }

        assertThat(found).containsExactly(new ByteRange(5L * GRAIN, 4096));
    }
}

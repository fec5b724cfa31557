package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.disk.make.StagedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A walk over runs that its sink ends, in every format that can be written in place. */
class EarlyEndTest {
    private static final int CAPACITY = 8 << 20;

    @TempDir
    Path folder;

    private VirtualDisk striped(DiskFormat format) throws IOException {
        Path path = folder.resolve("disk.vmdk");
        StagedDisk.createEmpty(path, CreateSpec.of(format, CAPACITY), Progress.NONE);
        OpenOptions writable = OpenOptions.writable();
        VirtualDisk disk =
                format == DiskFormat.RAW ? VirtualDisk.openRaw(path, writable) : VirtualDisk.open(path, writable);
        for (int at = 0; at < CAPACITY; at += 1 << 20) {
            disk.write(at, ByteBuffer.allocate(1 << 16).put(0, (byte) 1));
        }
        disk.flush();
        return disk;
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"STREAM_OPTIMIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void aSinkThatHasEnoughGetsNoMoreAndNoException(DiskFormat format) throws IOException {
        try (VirtualDisk disk = striped(format)) {
            List<Run> all = disk.runs(0, CAPACITY);
            for (int wanted = 1; wanted <= Math.min(3, all.size()); wanted++) {
                List<Run> seen = new ArrayList<>();
                int enough = wanted;

                disk.locate(0, CAPACITY, RunSink.of(run -> {
                    seen.add(run);
                    return seen.size() < enough;
                }));

                assertThat(seen).isEqualTo(all.subList(0, wanted));
            }
            // The disk is as good as before.
            assertThat(disk.runs(0, CAPACITY)).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "SE_SPARSE"})
    void aVisitorThatNeverEndsSeesWhatIsCollected(DiskFormat format) throws IOException {
        try (VirtualDisk disk = striped(format)) {
            List<Run> seen = new ArrayList<>();

            disk.locate(0, CAPACITY, RunSink.of(seen::add));

            assertThat(seen).isEqualTo(disk.runs(0, CAPACITY));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE"})
    void whatAVisitorThrowsReachesTheCaller(DiskFormat format) throws IOException {
        try (VirtualDisk disk = striped(format)) {
            assertThatThrownBy(() -> disk.locate(0, CAPACITY, RunSink.of(run -> {
                        throw new IOException("enough");
                    })))
                    .isInstanceOf(IOException.class)
                    .hasMessage("enough");
        }
    }
}

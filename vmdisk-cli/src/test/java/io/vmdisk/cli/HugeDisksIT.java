package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nearly empty disks at the limits of their formats, with the heap that the launcher gives if nobody asks for more. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class HugeDisksIT {
    private static final String TEXT = "only here";
    /** The heap of 256 MiB is the launcher's own, so it is not named. */
    private static final Map<String, String> ENVIRONMENT = Map.of("VMDISK_CACHE", "none", "VMDISK_HEAP", "");

    @TempDir
    Path folder;

    private String vmdisk(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ProcessRun.ROOT.resolve("vmdisk").toString()));
        command.addAll(List.of(words));
        ProcessRun run = ProcessRun.of(folder, ENVIRONMENT, command);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run.out();
    }

    @ParameterizedTest
    @CsvSource({"SE_SPARSE, 68169720922112", "MONOLITHIC_SPARSE, 2198486384640"})
    void areDescribedMappedAndCheckedInTheDefaultHeap(DiskFormat format, long capacity) throws Exception {
        Path path = folder.resolve("huge.vmdk");
        String disk = path.toString();
        long[] places = {0, capacity / 2, capacity - 512};
        StagedDisk.createEmpty(path, CreateSpec.of(format, capacity), Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(path, OpenOptions.writable())) {
            for (long place : places) {
                open.write(place, ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.US_ASCII)));
            }
        }

        assertThat(vmdisk("info", "--json", disk)).contains("\"capacity\": " + capacity);
        List<MapStretch> map = MapStretch.parse(vmdisk("map", "--json", disk));
        vmdisk("check", disk);
        assertThat(vmdisk("read", disk, "--offset", Long.toString(capacity / 2), "--length", "9"))
                .isEqualTo(TEXT);

        assertThat(map).filteredOn(MapStretch::data).hasSize(places.length);
        assertThat(map).hasSizeLessThan(10);
        long next = 0;
        for (MapStretch stretch : map) {
            assertThat(stretch.start()).isEqualTo(next);
            next = stretch.end();
        }
        assertThat(next).isEqualTo(capacity);
        for (long place : places) {
            assertThat(map).anyMatch(run -> run.data() && run.start() <= place && place < run.end());
        }
    }
}

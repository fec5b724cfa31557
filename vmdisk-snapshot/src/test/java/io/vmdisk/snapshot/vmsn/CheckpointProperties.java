package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.block;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.inline;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.u32;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CheckpointProperties {
    private static final byte[] SEED = CheckpointBytes.complete()
            .group("Checkpoint", u32("memSize", 16), block("ProductName", new byte[32], 0))
            .group(
                    "memory",
                    u32("regionsCount", 1),
                    u32("regionPPN", 0, 0),
                    u32("regionPageNum", 0, 0),
                    u32("regionSize", 1, 0),
                    block("Memory", new byte[4096], 12, 0, 0))
            .group("MKSVMX", block("imageData", new byte[20], 0))
            .group("Snapshot", block("cfgFile", "a"), block("nvramFile", "b"), inline("x", new byte[3], 1, 2, 3))
            .bytes();

    @Property(tries = 1500, seed = "4711")
    void damageEndsInOurErrorsOnly(
            @ForAll @Size(min = 1, max = 6) java.util.List<@IntRange(min = 0, max = 700) Integer> places,
            @ForAll @IntRange(min = 0, max = 255) int value,
            @ForAll @IntRange(min = 0, max = 4900) int cut)
            throws IOException {
        byte[] bytes = SEED.clone();
        for (int place : places) {
            // Most of the file is the memory's zeros; damage what has structure.
            int at = place < 400 ? place : bytes.length - 1 - (place - 400);
            bytes[at] = (byte) value;
        }
        int size = cut % 3 == 0 ? Math.min(cut, bytes.length) : bytes.length;
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path path = files.getPath("/vm.vmsn");
            Volume volume = Volume.system();
            volume.replace(path, java.util.Arrays.copyOf(bytes, size));
            exercise(path, volume);
        }
    }

    private static void exercise(Path path, Volume volume) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(path, volume)) {
            assertThat(checkpoint.check()).isNotNull();
            assertThat(checkpoint.summary()).isNotNull();
            for (SnapshotPart part : SnapshotPart.values()) {
                checkpoint.part(part);
            }
            try (GuestMemory memory = checkpoint.memory().orElse(null)) {
                if (memory != null) {
                    memory.read(0, ByteBuffer.allocate(8192));
                }
            }
            CheckpointWriter.rewrite(
                    checkpoint,
                    path.resolveSibling("copy"),
                    Map.of(SnapshotPart.CONFIGURATION, new byte[9]),
                    Progress.NONE);
        } catch (VmdiskException e) {
            assertThat(e.code()).isNotEmpty();
        }
    }
}

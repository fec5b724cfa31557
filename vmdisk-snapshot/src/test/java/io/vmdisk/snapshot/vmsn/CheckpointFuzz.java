package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.block;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.u32;

import io.vmdisk.Progress;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A saved state: its groups and tags, its memory, and the copy that clones are given. */
public final class CheckpointFuzz implements FuzzTarget {
    private static final Path FILE = MemoryVolume.folder().resolve("vm.vmsn");

    @Override
    public List<byte[]> seeds() {
        return List.of(CheckpointBytes.complete()
                .group("Checkpoint", u32("memSize", 16), block("ProductName", new byte[8], 0))
                .group(
                        "memory",
                        u32("regionsCount", 1),
                        u32("regionPPN", 0, 0),
                        u32("regionPageNum", 0, 0),
                        u32("regionSize", 1, 0),
                        block("Memory", new byte[512], 12, 0, 0))
                .group("Snapshot", block("cfgFile", "a"), block("nvramFile", "b"))
                .bytes());
    }

    @Override
    public void run(byte[] input) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        volume.put(FILE, input);
        try (Checkpoint checkpoint = Checkpoint.open(FILE, volume)) {
            checkpoint.check();
            checkpoint.summary();
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
                    FILE.resolveSibling("copy"),
                    Map.of(SnapshotPart.CONFIGURATION, new byte[9]),
                    Progress.NONE);
        } finally {
            if (!volume.openFiles().isEmpty()) {
                throw new AssertionError("still open: " + volume.openFiles());
            }
        }
    }
}

package io.vmdisk.transfer;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.TinyStream;
import io.vmdisk.testkit.ByteEdits;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A stream-optimised disk from a pipe, taken and salvaged; the input is changes of a sound one. */
public final class StreamFuzz implements FuzzTarget {
    private static final int CAPACITY = 300_032;
    /** What a header may claim for nothing; more is left to tests that look at time. */
    private static final long MOST = 64L << 20;

    private final byte[] sound = TinyStream.of(Patterns.mixed(4, CAPACITY), 8, "disk.vmdk");

    @Override
    public List<byte[]> seeds() {
        return List.of(new byte[] {0, 0, 4, 3, 1, 2, 3, 4}, new byte[] {0, 2, 1, 7, -1, -1, -1, -1, -1, -1, -1, -1});
    }

    @Override
    public void run(byte[] input) throws IOException {
        byte[] stream = ByteEdits.apply(sound, ByteBuffer.wrap(input));
        for (StreamImport.Damage damage : StreamImport.Damage.values()) {
            MemoryVolume volume = new MemoryVolume();
            try {
                StreamImport source = StreamImport.open(new ByteArrayInputStream(stream), Path.of("-"), damage);
                if (source.capacity() <= MOST) {
                    source.into(
                            MemoryVolume.folder().resolve("a.vmdk"),
                            CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, source.capacity()),
                            1,
                            volume,
                            Progress.NONE);
                }
            } catch (VmdiskException e) {
                if (e.getMessage() == null) {
                    throw new AssertionError("an error without a text", e);
                }
            }
            if (!volume.openFiles().isEmpty()) {
                throw new AssertionError("still open: " + volume.openFiles());
            }
        }
    }
}

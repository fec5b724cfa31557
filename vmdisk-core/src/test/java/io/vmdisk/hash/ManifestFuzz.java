package io.vmdisk.hash;

import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A manifest of digests. */
public final class ManifestFuzz implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        String digest = "ab".repeat(32);
        return List.of(
                ("vmdisk-manifest 1\ncapacity 1048576\nsha256 " + digest + "\nmd5 " + digest.substring(32) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void run(byte[] input) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path file = MemoryVolume.folder().resolve("m");
        volume.put(file, input);
        Manifest.read(file, volume);
    }
}

package io.vmdisk.packaging;

import io.vmdisk.compress.Compression;
import io.vmdisk.compress.GrainDeflater;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The program of {@link NativeAccessIT}: uses all that has a native tier and prints what it got. */
final class TierProbe {
    private TierProbe() {}

    public static void main(String[] arguments) throws IOException {
        try (BlockFile file = Volume.system().open(Path.of(arguments[0]), OpenMode.CREATE);
                GrainDeflater deflater = Compression.deflater(1)) {
            file.writeFully(0, ByteBuffer.allocate(8192));
            deflater.deflate(new byte[8192], 0, 8192, new byte[16384], 0);
            System.out.println(Compression.implementation() + " " + (file.allocatedBytes() >= 0));
        }
    }
}

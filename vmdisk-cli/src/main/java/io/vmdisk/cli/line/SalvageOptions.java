package io.vmdisk.cli.line;

import io.vmdisk.ByteRange;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.RescueMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reading what is left of a damaged disk. */
public final class SalvageOptions {
    @Option(
            names = "--salvage",
            description =
                    "Read all that can be read of a damaged disk: what is lost becomes zeros, is listed, and makes"
                            + " the exit code 1.")
    private boolean wanted;

    @Option(
            names = "--lost-map",
            paramLabel = "FILE",
            description = "With --salvage: write what is lost as a map file of GNU ddrescue; FILE must not exist.")
    private @Nullable Path map;

    /** Whether it was asked for. */
    public boolean isWanted() {
        return wanted;
    }

    /** What is wrong with the options, or null. */
    public @Nullable String problem() {
        return map != null && !wanted ? "--lost-map tells what --salvage could not read: it goes with it only" : null;
    }

    /** Refuses a map that is there already, before hours of reading end in that. */
    public void requireNewMap() throws IOException {
        if (map != null && (Volume.system().exists(map) || Volume.system().isLink(map))) {
            throw new FileAlreadyExistsException(map.toString());
        }
    }

    /** What the library is told. */
    public OpenOptions over(OpenOptions options) {
        return wanted ? options.withDamage(OpenOptions.Damage.AS_ZEROS) : options;
    }

    /** Writes the map, if one was asked for. */
    public void write(VirtualDisk disk) throws IOException {
        write(disk.capacity(), disk.lost());
    }

    /** The same of ranges. */
    public void write(long capacity, List<ByteRange> lost) throws IOException {
        if (map == null) {
            return;
        }
        try (BlockFile file = Volume.system().open(map, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(RescueMap.text(capacity, lost).getBytes(StandardCharsets.US_ASCII)));
            file.force();
        }
    }
}

package io.vmdisk.cli.line;

import io.vmdisk.ByteRange;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.RescueMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of stretches that a salvage could not read, and where they are listed. */
public final class LostOptions {
    @Option(
            names = "--lost-map",
            paramLabel = "FILE",
            description = "With --salvage: write what is lost as a map file of GNU ddrescue; FILE must not exist.")
    private @Nullable Path map;

    @Option(
            names = "--lost-as",
            paramLabel = "WHAT",
            description = "With --salvage: what a stretch reads as of which nobody can tell where it lies:"
                    + " ${COMPLETION-CANDIDATES}; parent gives what the disks below have there, which may be older."
                    + " It is listed as lost in any case.")
    private @Nullable Reading as;

    /** What lost stretches read as. */
    enum Reading {
        /** Nothing but zeros. */
        ZEROS,
        /** What the parent has there. */
        PARENT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is wrong if nothing is salvaged, or null. */
    public @Nullable String problem() {
        if (map == null && as == null) {
            return null;
        }
        return (map == null ? "--lost-as" : "--lost-map")
                + " is about what --salvage could not read: it goes with it only";
    }

    /** Where what is lost is listed, or null. */
    public @Nullable Path map() {
        return map;
    }

    /** How lists of what is lost begin. */
    public String words() {
        return as == Reading.PARENT ? "lost, reads as the parent or zeros" : "lost, reads as zeros";
    }

    /** What the library is told. */
    public OpenOptions over(OpenOptions options) {
        return options.withDamage(as == Reading.PARENT ? OpenOptions.Damage.AS_PARENT : OpenOptions.Damage.AS_ZEROS);
    }

    /** Refuses a map that is there already, before hours of reading end in that. */
    public void requireNewMap() throws IOException {
        if (map != null && Volume.system().taken(map)) {
            throw new FileAlreadyExistsException(map.toString());
        }
    }

    /** Writes the map, if one was asked for. */
    public void write(long capacity, List<ByteRange> lost) throws IOException {
        if (map != null) {
            write(map, capacity, lost);
        }
    }

    /** Writes a map. */
    public static void write(Path map, long capacity, List<ByteRange> lost) throws IOException {
        NewFile.write(map, RescueMap.text(capacity, lost).getBytes(StandardCharsets.US_ASCII));
    }
}

package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of a disk a command works on, so that many runs can share it. */
public final class PartOptions {
    @Option(
            names = "--range",
            paramLabel = "START:END",
            converter = Part.StretchConverter.class,
            description = "Only the bytes from START to before END; to the end of the disk without END.")
    private @Nullable Part range;

    @Option(
            names = "--shard",
            paramLabel = "NUMBER/COUNT",
            converter = Part.ShardConverter.class,
            description = "Only this one of COUNT parts that store equally much; the same parts on every machine.")
    private @Nullable Part shard;

    /** Whether less than the whole disk may be meant. */
    public boolean isGiven() {
        return range != null || shard != null;
    }

    /** Refuses a line that says it twice. */
    public void check() {
        if (range != null && shard != null) {
            throw new UsageException("--range and --shard both say which part");
        }
    }

    /** The part, which is the whole disk if none is named. */
    public ByteRange of(VirtualDisk disk) throws IOException {
        Part part = range == null ? shard : range;
        try {
            return part == null ? new ByteRange(0, disk.capacity()) : part.of(disk);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}

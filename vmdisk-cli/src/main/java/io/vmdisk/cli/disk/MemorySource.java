package io.vmdisk.cli.disk;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.GuestMemory;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A guest's memory by physical address; owns it and the checkpoint it came from.
 *
 * @param memory open
 * @param origin closed after it
 */
record MemorySource(GuestMemory memory, Closeable origin) implements ReadableSource {
    /** The memory of a checkpoint, inside it or in the {@code .vmem} beside it. */
    static MemorySource ofCheckpoint(Path file, Consumer<String> notes) throws IOException {
        Checkpoint checkpoint = Checkpoint.open(file);
        try {
            GuestMemory memory = checkpoint
                    .memory()
                    .orElseThrow(() -> new UnsupportedFeatureException(
                            "no-memory",
                            file,
                            "the checkpoint was taken without memory",
                            "'vmdisk info' tells what it holds"));
            return told(new MemorySource(memory, checkpoint), notes);
        } catch (IOException | RuntimeException e) {
            try (checkpoint) {
                throw e;
            }
        }
    }

    /** The memory in a {@code .vmem} alone, such as a crashed machine leaves. */
    static MemorySource ofImage(Path file, Consumer<String> notes) throws IOException {
        return told(new MemorySource(GuestMemory.ofImage(file, Volume.system()), () -> {}), notes);
    }

    private static MemorySource told(MemorySource source, Consumer<String> notes) {
        if (source.memory.origin() == GuestMemory.Origin.ASSUMED) {
            notes.accept("no checkpoint tells where memory above 3 GiB lies; it is assumed to begin at 4 GiB");
        }
        if (source.memory.missingBytes() > 0) {
            notes.accept("the image lacks the last " + source.memory.missingBytes() + " bytes that its map promises");
        }
        return source;
    }

    @Override
    public long size() {
        return memory.top();
    }

    @Override
    public void read(long at, ByteBuffer into) throws IOException {
        memory.read(at, into);
    }

    @Override
    public void close() throws IOException {
        try (origin) {
            memory.close();
        }
    }
}

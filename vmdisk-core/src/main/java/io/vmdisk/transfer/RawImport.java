package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.bulk.Chunk;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Turns raw bytes that are read from front to back, as from a pipe, into a disk. Zeros are left out. The stream stays the
 * caller's; for one thread, since the pipe gives no more than one can write.
 */
public final class RawImport {
    private static final String OPERATION = "reading the bytes";

    private final InputStream bytes;
    private final Path name;
    private final Progress progress;

    /**
     * An import.
     *
     * @param name what the bytes are called in messages
     */
    public RawImport(InputStream bytes, Path name, Progress progress) {
        this.bytes = bytes;
        this.name = name;
        this.progress = progress;
    }

    /** Where a piece goes. */
    private interface Target {
        void write(long at, ByteBuffer piece) throws IOException;
    }

    /**
     * Makes a new disk of a size that is known; what the bytes do not reach reads as zeros.
     *
     * @throws LimitExceededException if there are more bytes; then no disk is made
     */
    public void into(Path target, CreateSpec spec, Volume volume) throws IOException {
        try (StagedDisk staged = StagedDisk.create(target, spec, volume, progress)) {
            try (VirtualDisk disk = staged.open()) {
                if (spec.parent() == null) {
                    read(disk.capacity(), HoleSize.STANDARD.granule(disk), disk::write);
                } else {
                    over(disk);
                }
            }
            staged.publish();
        }
    }

    /**
     * Makes a new disk as large as the bytes are many.
     *
     * @param spec of a format that {@link StagedDisk#canBeOpenEnded}; its capacity does not count
     * @return the disk's size in bytes
     */
    public long intoAsLargeAsItIs(Path target, CreateSpec spec, Volume volume) throws IOException {
        try (StagedDisk staged = StagedDisk.createOpenEnded(target, spec, volume)) {
            long end;
            try (BlockFile file = staged.openStream()) {
                end = read(Long.MAX_VALUE, HoleSize.STANDARD.bytes(), file::writeFully);
            }
            staged.end(end);
            staged.publish();
            return staged.spec().capacity();
        }
    }

    /**
     * Overwrites the first bytes of an existing disk; what lies behind them stays. The disk is not flushed.
     *
     * @return how many bytes there were
     */
    public long over(VirtualDisk disk) throws IOException {
        return pieces(disk.capacity(), (at, piece) -> {
            progress.pace(piece.remaining());
            ThinWrite.over(disk, at, piece);
        });
    }

    private long read(long most, int granule, Target target) throws IOException {
        return pieces(most, (at, piece) -> {
            int length = piece.limit();
            for (ByteRange part : ThinWrite.data(piece, granule)) {
                progress.pace(part.length());
                piece.limit((int) part.end()).position((int) part.start());
                target.write(at + part.start(), piece);
                piece.limit(length);
            }
        });
    }

    private long pieces(long most, Target target) throws IOException {
        progress.begin(OPERATION, most == Long.MAX_VALUE ? 0 : most);
        byte[] chunk = new byte[Chunk.BYTES];
        long at = 0;
        while (true) {
            progress.checkCancelled(OPERATION);
            int count = bytes.readNBytes(chunk, 0, chunk.length);
            if (count > most - at) {
                throw new LimitExceededException(
                        "past-end",
                        name,
                        "there are more bytes than the " + most + " of the disk",
                        Remedy.say("name the right ").with(Kind.SIZE));
            }
            if (count > 0) {
                target.write(at, ByteBuffer.wrap(chunk, 0, count).order(ByteOrder.nativeOrder()));
            }
            at += count;
            progress.advance(count);
            if (count < chunk.length) {
                return at;
            }
        }
    }
}

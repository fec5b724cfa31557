package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a copy of a file.
 *
 * @param source stays as it is
 * @param target must not exist
 * @param bytes the source's length
 * @param room bytes of that which its file store may have to give: none where the files can share blocks
 * @since 0.1
 */
public record CopyFile(Path source, Path target, long bytes, long room) implements Preparation {
    static final String KIND = "copy";
    private static final String ROOM = "room";

    private static final int COPY_BYTES = 1 << 20;

    /** A copy that shares nothing. */
    public CopyFile(Path source, Path target, long bytes) {
        this(source, target, bytes, bytes);
    }

    /** Plans a copy: finds out what it takes. Nothing is changed. */
    public static CopyFile of(Path source, Path target, Volume volume) throws IOException {
        long bytes = volume.facts(source).size();
        return new CopyFile(source, target, bytes, isShareable(source, target, bytes, volume) ? 0 : bytes);
    }

    private static boolean isShareable(Path source, Path target, long bytes, Volume volume) throws IOException {
        if (bytes < BlockFile.LEAST_SHARED_BYTES) {
            return false;
        }
        try (BlockFile from = volume.open(source, OpenMode.READ)) {
            return volume.sharesBlocksOf(volume.existing(AtomicName.folderOf(target)), from);
        } catch (IOException e) {
            // The copy itself will say so.
            Inaccessible.orThrow(e);
            return false;
        }
    }

    @Override
    public String describe(StepNames names) {
        return "copy " + names.of(source) + " to " + names.of(target);
    }

    @Override
    public List<Path> told() {
        return List.of(source, target);
    }

    @Override
    public long textBytes() {
        return 0;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) throws IOException {
        locks.reads(source);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(target);
        terms.atMost(target, bytes);
    }

    /** Copies data ranges only, so that holes stay holes. */
    @Override
    public void make(PreparationWork work) throws IOException {
        Volume volume = work.volume();
        try (BlockFile from = volume.open(source, OpenMode.READ);
                BlockFile to = volume.createLike(target, source)) {
            long size = from.size();
            to.setSize(size);
            work.progress().begin("copying " + source.getFileName(), size);
            if (isShared(from, to, size)) {
                work.progress().advance(size);
            } else {
                copy(from, to, size, work.progress());
            }
            to.force();
        }
        volume.forceNames(AtomicName.folderOf(target));
    }

    private static boolean isShared(BlockFile from, BlockFile to, long size) throws IOException {
        return size >= BlockFile.LEAST_SHARED_BYTES && to.sharesBlocks() && to.share(0, from, 0, size);
    }

    private static void copy(BlockFile from, BlockFile to, long size, Progress progress) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
        long at = from.nextData(0);
        while (at < size) {
            long end = Math.min(size, from.nextHole(at));
            copy(from, to, at, end, buffer, progress);
            at = end < size ? from.nextData(end) : size;
        }
    }

    private static void copy(BlockFile from, BlockFile to, long start, long end, ByteBuffer buffer, Progress progress)
            throws IOException {
        long at = start;
        while (at < end) {
            progress.checkCancelled("copying");
            buffer.clear().limit((int) Math.min(COPY_BYTES, end - at));
            from.readFully(at, buffer);
            int count = buffer.flip().remaining();
            to.writeFully(at, buffer);
            at += count;
            progress.advance(count);
        }
    }

    @Override
    public void unmake(Volume volume) throws IOException {
        StagedDisk.discard(volume, target);
        NameChange.undo(volume, target);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.setPath("target", target);
        into.set("kind", KIND);
        into.setPath("source", source);
        into.setNumber("bytes", bytes);
        if (room != bytes) {
            into.setNumber(ROOM, room);
        }
    }

    static CopyFile read(Path target, JournalPart from) throws MalformedFileException {
        long bytes = from.number("bytes");
        return new CopyFile(from.path("source"), target, bytes, from.has(ROOM) ? from.number(ROOM) : bytes);
    }
}

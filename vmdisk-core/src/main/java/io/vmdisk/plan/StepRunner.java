package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DescriptorStore;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.fold.DiskFold;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Takes the steps of a plan; each call leaves its step durable, and makes no difference when the step was taken before.
 */
final class StepRunner {
    private static final int MAX_DESCRIPTOR_BYTES = 1 << 20;

    /** Ends the name of an embedded descriptor's new text, complete and durable, on its way into the extent. */
    private static final String WAITING_SUFFIX = ".vmdisk-text";

    private final Volume volume;
    private final Progress progress;
    private final Journal journal;

    StepRunner(Volume volume, Progress progress, Journal journal) {
        this.volume = volume;
        this.progress = progress;
        this.journal = journal;
    }

    /** @param foldedTo how far the step had come, if it is a fold that gives space back */
    void run(Step step, long foldedTo) throws IOException {
        if (step instanceof Step.Publish publish) {
            Path target = volume.replaced(publish.target());
            move(AtomicName.beside(target), target);
        } else if (step instanceof Step.EditDescriptor edit) {
            edit(edit);
        } else if (step instanceof Step.GrowDisk grow) {
            resizer().grow(grow.disk(), grow.capacity());
        } else if (step instanceof Step.ShrinkDisk shrink) {
            resizer().finishShrink(shrink.disk(), shrink.capacity());
        } else if (step instanceof Step.Fold fold) {
            new DiskFold(volume, progress).fold(fold, foldedTo, journal::folded);
        } else if (step instanceof Step.Move move) {
            move(move.from(), move.to());
        } else if (step instanceof Step.Delete delete) {
            delete(delete.path());
        } else {
            throw new IllegalStateException("unknown step: " + step);
        }
    }

    /** Where the new text of an embedded descriptor waits. */
    static Path waiting(Path disk) {
        return disk.resolveSibling(disk.getFileName() + WAITING_SUFFIX);
    }

    /** Where it is written. */
    static Path draft(Path disk) {
        return disk.resolveSibling(disk.getFileName() + WAITING_SUFFIX + "-draft");
    }

    /** The disk may be a link of a chain that is folded, so that others depend on it is known. */
    private DiskResize resizer() {
        OpenOptions options = OpenOptions.writable()
                .withVolume(volume)
                .withPermission(OpenOptions.Permission.UNDER_LOCK)
                .withPermission(OpenOptions.Permission.WRITE_SHARED);
        return new DiskResize(options, progress);
    }

    private void move(Path from, Path to) throws IOException {
        if (volume.exists(from)) {
            volume.rename(from, to);
        }
        volume.forceNames(AtomicName.folderOf(to));
        if (!AtomicName.folderOf(from).equals(AtomicName.folderOf(to))) {
            volume.forceNames(AtomicName.folderOf(from));
        }
    }

    private void delete(Path path) throws IOException {
        if (volume.exists(path)) {
            volume.delete(path);
        }
        volume.forceNames(AtomicName.folderOf(path));
    }

    /**
     * A descriptor inside an extent has no second name to be renamed from, and a torn write of it could not be read
     * again. So the new text is made durable beside the file first; if it is there, it only has to be put in place.
     */
    private void edit(Step.EditDescriptor step) throws IOException {
        OpenOptions alone = OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
        Path waiting = waiting(step.disk());
        Path draft = draft(step.disk());
        if (volume.exists(waiting)) {
            finishEmbedded(waiting, step.disk());
            if (volume.exists(draft)) {
                volume.delete(draft);
            }
            return;
        }
        DiskLink link = DiskChain.of(step.disk(), alone).top();
        Descriptor edited = step.edit().apply(link.descriptor());
        if (link.place() instanceof DescriptorPlace.Embedded area) {
            writeDraft(draft, step.disk(), area, edited);
            volume.rename(draft, waiting);
            volume.forceNames(AtomicName.folderOf(waiting));
            finishEmbedded(waiting, step.disk());
        } else {
            DescriptorStore.replace(volume, link, edited);
        }
    }

    private void writeDraft(Path draft, Path disk, DescriptorPlace.Embedded area, Descriptor edited)
            throws IOException {
        if (volume.exists(draft)) {
            volume.delete(draft);
        }
        byte[] bytes = edited.toEmbedded(area.length());
        try (BlockFile file = volume.createLike(draft, disk)) {
            ByteBuffer head =
                    ByteBuffer.allocate(Long.BYTES).putLong(area.offset()).flip();
            file.writeFully(0, head);
            file.writeFully(Long.BYTES, ByteBuffer.wrap(bytes));
            file.force();
        }
    }

    private void finishEmbedded(Path waiting, Path disk) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(volume.readAll(waiting, MAX_DESCRIPTOR_BYTES + Long.BYTES));
        long offset = text.remaining() < Long.BYTES ? -1 : text.getLong();
        try (BlockFile file = volume.open(disk, OpenMode.WRITE)) {
            if (offset < 0 || offset > file.size() - text.remaining()) {
                throw new MalformedFileException(
                        "journal",
                        waiting,
                        0,
                        "the waiting descriptor does not fit into " + disk.getFileName(),
                        "move it away");
            }
            file.writeFully(offset, text);
            file.force();
        }
        delete(waiting);
    }
}

package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DescriptorStore;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Changes a disk's descriptor, wherever it stands.
 *
 * <p>A descriptor inside an extent has no second name to be renamed from, and a torn write of it could not be read again.
 * So the new text is made durable beside the file first; if it is there, it only has to be put in place.
 *
 * @since 0.1
 */
public record EditDescriptor(Path disk, DescriptorEdit edit) implements Step {
    static final String KIND = "descriptor";

    private static final int MAX_DESCRIPTOR_BYTES = 1 << 20;

    /** Ends the name of an embedded descriptor's new text, complete and durable, on its way into the extent. */
    private static final String WAITING_SUFFIX = ".vmdisk-text";

    @Override
    public String describe(StepNames names) {
        return "set in " + names.of(disk) + ": " + edit.describe();
    }

    @Override
    public List<Path> changed() {
        return List.of(disk);
    }

    /** Where the new text of an embedded descriptor waits. */
    private Path waiting() {
        return disk.resolveSibling(disk.getFileName() + WAITING_SUFFIX);
    }

    /** Where it is written. */
    private Path draft() {
        return disk.resolveSibling(disk.getFileName() + WAITING_SUFFIX + "-draft");
    }

    @Override
    public boolean changesContent() {
        return false;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.of(disk);
    }

    @Override
    public void lock(LockList locks) throws IOException {
        locks.changesDisk(disk);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        terms.file(disk);
        for (Path path : List.of(waiting(), draft())) {
            terms.file(path);
        }
    }

    @Override
    public void run(StepWork work) throws IOException {
        Volume volume = work.volume();
        OpenOptions alone = OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
        if (volume.exists(waiting())) {
            finishEmbedded(volume);
            if (volume.exists(draft())) {
                volume.delete(draft());
            }
            return;
        }
        DiskLink link = DiskChain.of(disk, alone).top();
        Descriptor edited = edit.apply(link.descriptor());
        if (link.place() instanceof DescriptorPlace.Embedded area) {
            writeDraft(volume, area, edited);
            volume.rename(draft(), waiting());
            volume.forceNames(AtomicName.folderOf(waiting()));
            finishEmbedded(volume);
        } else {
            DescriptorStore.replace(volume, link, edited);
        }
    }

    private void writeDraft(Volume volume, DescriptorPlace.Embedded area, Descriptor edited) throws IOException {
        if (volume.exists(draft())) {
            volume.delete(draft());
        }
        byte[] bytes = edited.toEmbedded(area.length());
        try (BlockFile file = volume.createLike(draft(), disk)) {
            ByteBuffer head =
                    ByteBuffer.allocate(Long.BYTES).putLong(area.offset()).flip();
            file.writeFully(0, head);
            file.writeFully(Long.BYTES, ByteBuffer.wrap(bytes));
            file.force();
        }
    }

    private void finishEmbedded(Volume volume) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(volume.readAll(waiting(), MAX_DESCRIPTOR_BYTES + Long.BYTES));
        long offset = text.remaining() < Long.BYTES ? -1 : text.getLong();
        try (BlockFile file = volume.open(disk, OpenMode.WRITE)) {
            if (offset < 0 || offset > file.size() - text.remaining()) {
                throw new MalformedFileException(
                        "journal",
                        waiting(),
                        0,
                        "the waiting descriptor does not fit into " + disk.getFileName(),
                        "move it away");
            }
            file.writeFully(offset, text);
            file.force();
        }
        NameChange.delete(volume, waiting());
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("disk", disk);
        edit.write(into);
    }

    static EditDescriptor read(JournalPart from) throws MalformedFileException {
        return new EditDescriptor(from.path("disk"), DescriptorEdit.read(from));
    }
}

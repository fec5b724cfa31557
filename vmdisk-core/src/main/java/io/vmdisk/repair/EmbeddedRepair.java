package io.vmdisk.repair;

import io.vmdisk.Progress;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.step.Content;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Overwrites the area of a descriptor inside an extent; what was there is durable under another name before.
 *
 * @param seen the disk as it was when this was planned, if it was readable
 */
record EmbeddedRepair(
        Volume volume,
        Path disk,
        List<DiskLink> seen,
        DescriptorPlace.Embedded area,
        Content content,
        Path kept,
        List<String> notes)
        implements Repair {
    @Override
    public List<String> describe() {
        return List.of(
                "keep the descriptor's area of " + disk.getFileName() + " as " + kept.getFileName(),
                "write a new descriptor into " + disk.getFileName());
    }

    @Override
    public List<Path> changes() {
        return List.of(disk);
    }

    @Override
    public List<KeptPart> keeps() {
        return List.of(new KeptPart(disk, kept, area.offset()));
    }

    @Override
    public void perform(Progress progress) throws IOException {
        FolderLock.refuseJournal(volume, AtomicName.folderOf(disk));
        Closeable lock = new FileLocks(volume).changed(disk).take();
        try (lock;
                BlockFile file = volume.open(disk, OpenMode.WRITE)) {
            PlannedRepair.requireUnchanged(seen, volume);
            Map<Path, Long> sizes = UndoNote.sizes(volume, keeps());
            volume.replace(kept, Originals.bytes(volume, disk, area.offset(), area.length()), disk);
            file.writeFully(area.offset(), ByteBuffer.wrap(content.toBytes()));
            file.force();
            UndoNote.write(volume, keeps(), sizes);
        }
    }
}

package io.vmdisk.plan.step;

import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Names that come and go, durably, and as often as you like. */
final class NameChange {
    private NameChange() {}

    static void move(Volume volume, Path from, Path to) throws IOException {
        if (volume.exists(from)) {
            volume.rename(from, to);
        }
        volume.forceNames(AtomicName.folderOf(to));
        if (!AtomicName.folderOf(from).equals(AtomicName.folderOf(to))) {
            volume.forceNames(AtomicName.folderOf(from));
        }
    }

    static void delete(Volume volume, Path path) throws IOException {
        if (volume.exists(path)) {
            volume.delete(path);
        }
        volume.forceNames(AtomicName.folderOf(path));
    }

    /** Removes what a preparation may have made, links that lead nowhere too. */
    static void undo(Volume volume, Path path) throws IOException {
        if (volume.entry(path).isPresent()) {
            volume.delete(path);
            volume.forceNames(AtomicName.folderOf(path));
        }
    }

    /** Removes a new disk, whether it has its names already or not. */
    static void undoDisk(Volume volume, Path target, List<Path> names) throws IOException {
        StagedDisk.discard(volume, target);
        for (Path name : names) {
            undo(volume, name);
        }
    }
}

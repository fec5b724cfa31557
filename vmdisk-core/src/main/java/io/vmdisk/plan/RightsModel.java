package io.vmdisk.plan;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FileRights;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whose rights the new files of a plan get: nobody may read a delta, a checkpoint or a journal who may not read the disk
 * or the configuration that its content is from.
 */
record RightsModel(Volume volume) {
    /** For texts: the first file that the plan replaces, or else the configuration beside which it works. */
    Optional<Path> ofTexts(Plan plan) throws IOException {
        for (Preparation preparation : plan.preparations()) {
            Optional<Path> replaced = preparation.rightsModel().filter(preparation.target()::equals);
            if (replaced.filter(this::isFile).isPresent()) {
                return replaced;
            }
        }
        if (!volume.exists(plan.folder())) {
            return Optional.empty();
        }
        return volume.list(plan.folder()).stream()
                .filter(entry ->
                        entry.toString().endsWith(".vmx") || entry.toString().endsWith(".vmtx"))
                .findFirst()
                .filter(this::isFile);
    }

    private boolean isFile(Path path) {
        try {
            return volume.exists(path) && volume.facts(path).kind() == FileFacts.Kind.FILE;
        } catch (IOException e) {
            // Gone, or not to be looked at: no model.
            return false;
        }
    }

    /** For the files of a new disk: of those of the disk whose content it continues, the one that lets fewest in. */
    Path ofDisk(Path disk) throws IOException {
        List<Path> files = DiskChain.of(
                        disk,
                        OpenOptions.readOnly()
                                .withVolume(volume)
                                .withParents(OpenOptions.Parents.NONE)
                                .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER))
                .top()
                .files();
        Path narrowest = disk;
        for (Path file : files) {
            if (isFile(file) && permissions(file) < permissions(narrowest)) {
                narrowest = file;
            }
        }
        return narrowest;
    }

    private long permissions(Path file) throws IOException {
        String mode = volume.rights(file).map(FileRights::mode).orElse("");
        return mode.chars().filter(letter -> letter != '-').count();
    }
}

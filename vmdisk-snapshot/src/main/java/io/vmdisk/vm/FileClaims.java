package io.vmdisk.vm;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who refers to which file; the first claim counts.
 *
 * <p>Files are told apart by what the file system says they are, not by name: case, links and normal forms of Unicode do
 * not matter.
 */
final class FileClaims {
    private final Volume volume;
    private final Map<Object, FileOwner> owners = new HashMap<>();

    FileClaims(Volume volume) {
        this.volume = volume;
    }

    /** Claims a file, if it is there. */
    void claim(Path file, FileOwner owner) throws IOException {
        if (volume.exists(file)) {
            owners.putIfAbsent(volume.facts(file).key(), owner);
        }
    }

    /** Claims a disk's link: descriptor, extents, change tracking file. */
    void claim(DiskLink link, FileOwner owner) throws IOException {
        for (Path file : link.files()) {
            claim(file, owner);
        }
        Optional<String> tracking = link.descriptor().changeTrackPath();
        if (tracking.isPresent()) {
            try {
                claim(ExtentPaths.resolve(link.path(), tracking.get()), owner);
            } catch (VmdiskException e) {
                // Names a file that can't be in the folder, so nothing there is claimed.
            }
        }
    }

    /** Adds the claims of another machine, in its name. */
    void claimAll(FileClaims others, FileOwner machine) {
        others.owners.keySet().forEach(key -> owners.putIfAbsent(key, machine));
    }

    Optional<FileOwner> ownerOf(Object key) {
        return Optional.ofNullable(owners.get(key));
    }
}

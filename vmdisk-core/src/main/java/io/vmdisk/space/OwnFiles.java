package io.vmdisk.space;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Access;
import io.vmdisk.disk.ContainerKind;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentFiles;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that hold the bytes of one link and may be changed, each once; its parents' files are none of them. */
public final class OwnFiles {
    private OwnFiles() {}

    /**
     * One of them.
     *
     * @param kind what it is; {@link ContainerKind#OTHER} for a flat one
     */
    public record OwnFile(Path path, ContainerKind kind) {}

    public static List<OwnFile> of(DiskLink link, Volume volume) throws IOException {
        Map<Path, OwnFile> files = new LinkedHashMap<>();
        for (ExtentPlace place : link.extents()) {
            if (place.line().access() != Access.RW || place.line().isDevice() || place.length() == 0) {
                continue;
            }
            switch (place.line().type()) {
                case FLAT, VMFS, SPARSE, VMFSSPARSE, SESPARSE -> {
                    Path named = place.file()
                            .orElseThrow(() -> new UnsupportedFeatureException(
                                    "extent-name",
                                    link.path(),
                                    "the name of extent " + place.line().fileName() + " is that of no file here",
                                    "'vmdisk check' tells what is wrong with it"));
                    Path path = ExtentFiles.existing(volume, named);
                    files.put(path, new OwnFile(path, kind(volume, path, place)));
                }
                case ZERO, VMFSRDM, VMFSRAW, VSANSPARSE, UNKNOWN -> {}
            }
        }
        return new ArrayList<>(files.values());
    }

    /** A flat file is never looked into: the guest wrote all of it. */
    private static ContainerKind kind(Volume volume, Path path, ExtentPlace place) throws IOException {
        if (place.line().type().isPlain()) {
            return ContainerKind.OTHER;
        }
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            ContainerKind kind = ContainerKind.of(file);
            if (kind == ContainerKind.OTHER || kind == ContainerKind.CHANGE_TRACKING) {
                throw new UnsupportedFeatureException(
                        "extent-magic", path, "it does not begin like a sparse extent", "'vmdisk check' tells more");
            }
            return kind;
        }
    }
}

package io.vmdisk.space;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Access;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.ExtentFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that hold the bytes of one link and may be changed, each once; its parents' files are none of them. */
public final class OwnFiles {
    private OwnFiles() {}

    /**
     * One of them.
     *
     * @param format what it is; empty for a flat one
     */
    public record OwnFile(Path path, Optional<SparseFormat> format) {}

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
                                    Remedy.of(Kind.CHECK).and(" tells what is wrong with it")));
                    Path path = ExtentFiles.existing(volume, named);
                    files.put(path, new OwnFile(path, format(volume, path, place)));
                }
                case ZERO, VMFSRDM, VMFSRAW, VSANSPARSE, UNKNOWN -> {}
            }
        }
        return new ArrayList<>(files.values());
    }

    /** A flat file is never looked into: the guest wrote all of it. */
    private static Optional<SparseFormat> format(Volume volume, Path path, ExtentPlace place) throws IOException {
        if (place.line().type().isPlain()) {
            return Optional.empty();
        }
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            Optional<SparseFormat> format = Formats.of(file);
            if (format.isEmpty()) {
                throw new UnsupportedFeatureException(
                        "extent-magic",
                        path,
                        "it does not begin like a sparse extent",
                        Remedy.of(Kind.CHECK).and(" tells more"));
            }
            return format;
        }
    }
}

package io.vmdisk.check.evidence;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Sector;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
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

/**
 * A descriptor's line as its file would have it.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class FileLine {
    private static final int SECTOR = Sector.BYTES;

    private FileLine() {}

    /** The line as the file says it: type and size of a sparse file; the size of a flat file that it has alone. */
    public static ExtentLine of(ExtentPlace place, DiskLink link, Volume volume) throws IOException {
        ExtentLine line = place.line();
        if (place.length() == 0 || place.file().isEmpty() || line.isDevice()) {
            return line;
        }
        Path path = ExtentFiles.existing(volume, place.file().get());
        return switch (line.type()) {
            case FLAT, VMFS -> {
                boolean alone = link.extents().stream()
                                .filter(e -> place.file().equals(e.file()))
                                .count()
                        == 1;
                long sectors = volume.facts(path).size() / SECTOR - line.startSector();
                yield alone && sectors > 0 ? line.withSectors(sectors) : line;
            }
            case SPARSE, VMFSSPARSE, SESPARSE -> {
                try (BlockFile file = volume.open(path, OpenMode.READ)) {
                    yield sparse(line, file);
                }
            }
            default -> line;
        };
    }

    /** The line with the type and size that a sparse file's own header tells. */
    public static ExtentLine sparse(ExtentLine line, BlockFile file) throws IOException {
        SparseFormat format = Formats.of(file)
                .orElseThrow(() -> new MalformedFileException(
                        "magic", file.path(), 0, "it does not begin like a sparse extent", "copy it again"));
        ExtentType type = ExtentType.of(format.extentWord());
        long sectors = format.capacityBytes(file) / SECTOR;
        return new ExtentLine(
                line.access(), sectors, type, type.name(), line.fileName(), 0, line.partition(), line.device());
    }
}

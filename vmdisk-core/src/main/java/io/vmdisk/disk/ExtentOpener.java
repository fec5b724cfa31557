package io.vmdisk.disk;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.Access;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.extent.Closers;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.look.ExtentFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the extents of a link. The word in the extent line says whether a file is plain; the first bytes of the file
 * say which sparse format it has.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class ExtentOpener {
    private final OpenOptions options;
    private final TableCache cache;
    private final LinkProbe probe;
    private final DamagedExtents salvage;

    /**
     * An opener with a cache of its own.
     *
     * @param options how files are found and opened, and the budget of the cache
     */
    public ExtentOpener(OpenOptions options) {
        this(options, new TableCache(options.tableBudgetBytes()));
    }

    ExtentOpener(OpenOptions options, TableCache cache) {
        this.options = options;
        this.cache = cache;
        this.probe = new LinkProbe(options);
        this.salvage = new DamagedExtents(this, cache);
    }

    /** Opens a link for reading. */
    OpenLink open(DiskLink link) throws IOException {
        return open(link, OpenMode.READ);
    }

    /** Opens a link for reading and writing; read-only extents stay so. */
    OpenLink openWritable(DiskLink link) throws IOException {
        return open(link, OpenMode.WRITE);
    }

    private OpenLink open(DiskLink link, OpenMode mode) throws IOException {
        if (link.descriptor().encryption().isPresent()) {
            throw new UnsupportedFeatureException(
                    "encrypted",
                    link.path(),
                    "the disk is encrypted (" + link.descriptor().encryption().get() + ")",
                    "decrypt it with the product that made it; its files can be copied as they are");
        }
        List<Extent> opened = new ArrayList<>();
        try {
            List<PlacedExtent> pieces = new ArrayList<>();
            for (ExtentPlace place : link.extents()) {
                if (place.length() == 0) {
                    continue;
                }
                if (options.isForSalvage()) {
                    pieces.addAll(salvage.open(link, place, opened));
                    continue;
                }
                Extent extent = open(link, place, mode);
                opened.add(extent);
                if (extent.capacity() < place.length()) {
                    throw tooSmall(link, place, extent);
                }
                pieces.add(new PlacedExtent(place.start(), place.length(), extent, allowed(place, mode)));
            }
            salvage.requireAny(pieces);
            return new OpenLink(link, pieces);
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, opened);
            throw e;
        }
    }

    private static MalformedFileException tooSmall(DiskLink link, ExtentPlace place, Extent extent) {
        return new MalformedFileException(
                "extent-capacity",
                link.path(),
                -1,
                "the descriptor gives extent " + place.line().fileName() + " " + place.length()
                        + " bytes, its own header says " + extent.capacity(),
                Remedy.of(Kind.REPAIR_DESCRIPTOR).and(" makes the descriptor follow the header"));
    }

    /** Opens one extent for salvage; see {@link DamagedExtents#damaged}. */
    Extent damaged(DiskLink link, ExtentPlace place) throws IOException {
        return salvage.damaged(link, place);
    }

    /** Opens one extent of a link. */
    Extent open(DiskLink link, ExtentPlace place, OpenMode mode) throws IOException {
        ExtentLine line = place.line();
        if (line.access() == Access.NOACCESS) {
            throw new UnsupportedFeatureException(
                    "no-access", link.path(), "extent " + line.file().orElse(line.typeWord()) + " is marked NOACCESS");
        }
        return switch (line.type()) {
            case ZERO -> FlatFormat.zeros(place.length());
            case FLAT, VMFS -> flat(link, place, allowed(place, mode));
            case SPARSE, VMFSSPARSE, SESPARSE -> sparse(link, place, allowed(place, mode));
            case VMFSRDM, VMFSRAW -> device(link, line);
            case VSANSPARSE, UNKNOWN ->
                throw new UnsupportedFeatureException(
                        "extent-type",
                        link.path(),
                        "extents of type " + line.typeWord() + " can't be read: their layout is not public",
                        "export the disk on the host");
        };
    }

    /** What may be done with an extent; a device is never written to. */
    private static OpenMode allowed(ExtentPlace place, OpenMode mode) {
        ExtentLine line = place.line();
        boolean device = line.isDevice() || line.type() == ExtentType.VMFSRDM || line.type() == ExtentType.VMFSRAW;
        return line.access() == Access.RW && !device ? mode : OpenMode.READ;
    }

    Extent flat(DiskLink link, ExtentPlace place, OpenMode mode) throws IOException {
        if (place.line().isDevice()) {
            return device(link, place.line());
        }
        BlockFile file = file(link, place, mode);
        return FlatFormat.open(file, place.line().startSector() * ExtentPlace.SECTOR, place.length());
    }

    /** A mapping of a raw device: its data is read from the device that the user names, and from no other. */
    private Extent device(DiskLink link, ExtentLine line) throws IOException {
        Path device = options.device();
        if (device == null) {
            throw new UnsafeStateException(
                    "device",
                    link.path(),
                    "extent " + line.fileName() + " of type " + line.typeWord()
                            + " is a raw device or its mapping: the data is not in these files",
                    Remedy.say("name the device or an image of it with ").with(Kind.DEVICE));
        }
        return FlatFormat.open(
                options.volume().openDevice(device),
                line.startSector() * ExtentPlace.SECTOR,
                line.sectors() * ExtentPlace.SECTOR);
    }

    private Extent sparse(DiskLink link, ExtentPlace place, OpenMode mode) throws IOException {
        BlockFile file = file(link, place, mode);
        try {
            SparseFormat format = Formats.require(file);
            return mode == OpenMode.READ
                    ? format.open(file, cache)
                    : format.openWritable(
                            file, cache, LinkRole.of(link.descriptor().hasParent()));
        } catch (IOException | RuntimeException e) {
            Closers.closeAfter(e, List.of(file));
            throw e;
        }
    }

    /**
     * Opens the file of an extent. Without {@link OpenOptions.Permission#EXTENTS_OUTSIDE_FOLDER} the name is checked
     * again while it is opened, since others may write to the folder.
     *
     * @param link the link
     * @param place one of its extents
     * @param mode reading or writing
     * @return the file; the caller closes it
     * @throws java.nio.file.NoSuchFileException if the file does not exist
     * @throws UnsafeStateException if the name leads out of the folder of the descriptor, or is that of a device
     * @throws UnsupportedFeatureException if the name is a URI, or the extent has none, as zeros have
     * @throws MalformedFileException if the name can't be that of a file
     * @throws IOException if the file can't be opened
     */
    public BlockFile file(DiskLink link, ExtentPlace place, OpenMode mode) throws IOException {
        Path file = fileOf(link, place);
        boolean anywhere = file.equals(link.path()) || options.allows(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        return anywhere
                ? options.volume().open(file, mode)
                : options.volume().openWithin(LinkBounds.ofFile(options.volume(), link.path()), file, mode);
    }

    /**
     * The file of an extent, whether it exists or not. If only another case of letters exists, it is that file.
     *
     * @param link the link
     * @param place one of its extents
     * @return the path
     * @throws UnsafeStateException if the name leads out of the folder of the descriptor, or is that of a device
     * @throws UnsupportedFeatureException if the name is a URI, or the extent has none, as zeros have
     * @throws MalformedFileException if the name can't be that of a file
     * @throws IOException if the folder can't be looked at
     */
    public Path fileOf(DiskLink link, ExtentPlace place) throws IOException {
        Path path = place.path();
        if (path != null) {
            return ExtentFiles.existing(options.volume(), path);
        }
        String name = place.line()
                .file()
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "extent-name",
                        link.path(),
                        "an extent of type " + place.line().typeWord() + " without a name has no file"));
        // Says what is wrong with the name, or with where it leads.
        Path file = ExtentPaths.resolve(link.path(), name, probe.allowances());
        probe.requireWithin(LinkBounds.ofFile(options.volume(), link.path()), file);
        return file;
    }
}

package io.vmdisk.extent.cowd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.SparseExtent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Opens VMFSsparse extents.
 *
 * <p>An opened extent owns the file it was given; if opening fails the file is still the caller's. A file that was not
 * closed in order is read like any other: its entries are checked as they are used.
 */
public final class CowdExtents {
    private CowdExtents() {}

    /** Whether these first bytes of a file are those of a VMFSsparse extent. */
    public static boolean hasMagic(ByteBuffer start) {
        return CowdHeader.hasMagic(start);
    }

    /** The disk's length in bytes, from the header. */
    public static long capacityBytes(BlockFile file) throws IOException {
        return layout(file).capacityBytes();
    }

    /** Opens an extent for reading. */
    public static Extent open(BlockFile file, TableCache cache) throws IOException {
        return SparseExtent.readable(file, map(file, layout(file), cache), SparseExtent.Tail.IS_DAMAGE);
    }

    /** Reads the header; a file cut inside its directory is refused here already. */
    static CowdLayout layout(BlockFile file) throws IOException {
        ByteBuffer sectors = ByteBuffer.allocate(CowdHeader.SIZE_BYTES);
        file.readFully(0, sectors);
        CowdLayout layout = CowdLayout.of(CowdHeader.parse(sectors, file.path()), file.path());
        if (file.size() < layout.directoryEnd()) {
            throw new MalformedFileException(
                    "truncated",
                    file.path(),
                    file.size(),
                    "the file ends after " + file.size() + " bytes, its grain directory ends at "
                            + layout.directoryEnd(),
                    "copy the file again; what lay behind its end can't be rebuilt");
        }
        return layout;
    }

    static GrainMap map(BlockFile file, CowdLayout layout, TableCache cache) {
        GrainGeometry geometry =
                new GrainGeometry(layout.capacityBytes(), layout.grainBytes(), CowdLayout.ENTRIES_PER_TABLE);
        return new GrainMap(
                file,
                geometry,
                new CowdCodec(layout, file.path()),
                layout.directoryAt(),
                cache,
                GrainMap.Joining.NEIGHBOURS);
    }
}

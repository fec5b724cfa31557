package io.vmdisk.extent.sesparse;

import io.vmdisk.extent.Extent;
import io.vmdisk.extent.GrainGeometry;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.SparseExtent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Opens SEsparse extents.
 *
 * <p>An opened extent owns the file it was given; if opening fails the file is still the caller's.
 */
public final class SeSparseExtents {
    private SeSparseExtents() {}

    /** Whether these first bytes of a file are those of an SEsparse extent. */
    public static boolean hasMagic(ByteBuffer start) {
        return SeSparseHeader.hasMagic(start);
    }

    /** The disk's length in bytes, from the header. */
    public static long capacityBytes(BlockFile file) throws IOException {
        return SeSparseFile.read(file).layout().capacityBytes();
    }

    /**
     * Opens an extent for reading.
     *
     * @throws io.vmdisk.UnsafeStateException ({@code journal}) if it was not closed in order
     */
    public static Extent open(BlockFile file, TableCache cache) throws IOException {
        SeSparseFile opened = SeSparseFile.read(file);
        opened.requireClean();
        return readable(opened, cache);
    }

    /**
     * Opens an extent for reading as its tables say, although the journal may know better: the latest changes of a machine
     * that runs or crashed are missing, and a grain may show older data.
     */
    public static Extent openWithoutJournal(BlockFile file, TableCache cache) throws IOException {
        return readable(SeSparseFile.read(file), cache);
    }

    private static Extent readable(SeSparseFile opened, TableCache cache) {
        return SparseExtent.readable(opened.file(), map(opened, cache), SparseExtent.Tail.IS_DAMAGE);
    }

    static GrainMap map(SeSparseFile opened, TableCache cache) {
        SeSparseLayout layout = opened.layout();
        GrainGeometry geometry =
                new GrainGeometry(layout.capacityBytes(), SeSparseLayout.GRAIN_BYTES, SeSparseLayout.ENTRIES_PER_TABLE);
        return new GrainMap(
                opened.file(),
                geometry,
                new SeSparseCodec(layout, opened.file().path()),
                layout.directoryEntryAt(0),
                cache,
                GrainMap.Joining.NEIGHBOURS);
    }
}

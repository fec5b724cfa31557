package io.vmdisk.disk.make;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.hosted.stream.GrainPacker;
import io.vmdisk.extent.hosted.stream.StreamWriter;
import java.nio.file.Path;
import java.util.Optional;

/** How long the files of a new disk are at most; touches none. Descriptors, some hundred bytes, do not count. */
public final class DiskSize {
    /** Header, descriptor, markers, footer and the end of a stream. */
    private static final long STREAM_FRAME_BYTES = 128L * ExtentPlace.SECTOR + 8L * ExtentPlace.SECTOR;

    /** Entries of a table, 4 bytes each, and its marker. */
    private static final long STREAM_TABLE_BYTES = StreamWriter.ENTRIES * Integer.BYTES + ExtentPlace.SECTOR;

    private DiskSize() {}

    /**
     * The most that a disk takes with so much in it.
     *
     * @param name of the disk, for error texts
     * @param data bytes that it holds, in whole units of {@link CreateSpec#unitBytes}
     * @throws LimitExceededException if there can be no such disk
     */
    public static long atMost(CreateSpec spec, Path name, long data) throws LimitExceededException {
        if (spec.format() == DiskFormat.STREAM_OPTIMIZED) {
            return stream(spec.capacity(), data);
        }
        long bytes = 0;
        for (ExtentLine line : DiskParts.of(spec, name)) {
            bytes = Math.addExact(bytes, empty(spec, line.sectors(), name));
        }
        if (spec.format().isThick()) {
            return bytes;
        }
        long tables = new SpecExtents(spec)
                .sparseFormat()
                .map(sparse -> sparse.tableBytes(spec.capacity(), data))
                .orElse(0L);
        return bytes + data + tables;
    }

    private static long empty(CreateSpec spec, long sectors, Path name) throws LimitExceededException {
        long bytes = sectors * ExtentPlace.SECTOR;
        Optional<SparseFormat> sparse = new SpecExtents(spec).sparseFormat();
        if (sparse.isPresent()) {
            return sparse.get().emptyFileBytes(new SpecExtents(spec).extent(bytes), name);
        }
        return spec.format().isThick() ? bytes : 0;
    }

    /** With grains that nothing makes smaller, each in a table of its own at worst. */
    private static long stream(long capacity, long data) {
        long grains = Sector.ceilDiv(data, StreamWriter.GRAIN_BYTES);
        long coverage = (long) StreamWriter.GRAIN_BYTES * StreamWriter.ENTRIES;
        long tables = Sector.ceilDiv(capacity, coverage);
        long directory = Sector.roundUp(tables * Integer.BYTES, ExtentPlace.SECTOR);
        return STREAM_FRAME_BYTES
                + directory
                + grains * GrainPacker.maxBlockBytes()
                + Math.min(tables, grains) * STREAM_TABLE_BYTES;
    }
}

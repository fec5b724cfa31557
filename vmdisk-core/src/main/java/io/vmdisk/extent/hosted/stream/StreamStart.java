package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.extent.hosted.HostedFlags;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.hosted.StreamGrains;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What stands before the first grain of a stream, read in passing: header, descriptor, and tables in some layouts. */
final class StreamStart {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** An embedded descriptor larger than this is not one. */
    private static final int MAX_DESCRIPTOR_SECTORS = 2048;

    private final SequentialInput in;
    private final Path name;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final byte[] descriptor;
    private final @Nullable GrainSet expected;

    /** Reads up to the first grain. */
    static StreamStart read(SequentialInput in, Path name, FindingLog log) throws IOException {
        return new StreamStart(in, name, log);
    }

    private StreamStart(SequentialInput in, Path name, FindingLog log) throws IOException {
        this.in = in;
        this.name = name;
        byte[] sector = new byte[SECTOR];
        if (in.read(sector, 0, SECTOR) < SECTOR) {
            throw cut("in its header");
        }
        header = HostedHeader.parse(ByteBuffer.wrap(sector), name, 0);
        requireStream();
        layout = HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), name);
        descriptor = readDescriptor();
        expected = readTables();
        passOverRest(log);
    }

    private void requireStream() throws IOException {
        if (!header.has(HostedFlags.COMPRESSED) || !header.has(HostedFlags.MARKERS)) {
            throw new UnsupportedFeatureException(
                    "sequential",
                    name,
                    "only stream-optimised disks can be read in sequence, this one needs random access",
                    "give its file's name instead of a pipe");
        }
        if (header.capacitySectors() == 0) {
            throw malformed("capacity", 12, "the capacity is 0: the file only carries a descriptor", null);
        }
        if (header.grainSectors() > StreamGrains.MAX_GRAIN_SECTORS) {
            throw new UnsupportedFeatureException(
                    "grain-size",
                    name,
                    "compressed grains of " + header.grainSectors() + " sectors, at most "
                            + StreamGrains.MAX_GRAIN_SECTORS + " are read");
        }
    }

    private byte[] readDescriptor() throws IOException {
        long first = header.descriptorSector();
        long sectors = header.descriptorSectors();
        if (first == 0 || sectors == 0) {
            return new byte[0];
        }
        if (first < 1 || first > MAX_DESCRIPTOR_SECTORS || sectors < 0 || sectors > MAX_DESCRIPTOR_SECTORS) {
            throw malformed(
                    "descriptor-area",
                    28,
                    "the embedded descriptor has " + Long.toUnsignedString(sectors) + " sectors at sector "
                            + Long.toUnsignedString(first) + ", at most " + MAX_DESCRIPTOR_SECTORS + " are possible",
                    null);
        }
        byte[] area = new byte[(int) sectors * SECTOR];
        if (!in.skip((first - 1) * SECTOR) || in.read(area, 0, area.length) < area.length) {
            throw cut("in its descriptor");
        }
        return area;
    }

    private @Nullable GrainSet readTables() throws IOException {
        if (!FrontTables.areIn(in, header, layout)) {
            return null;
        }
        GrainSet named = new FrontTables(in, header, layout).read();
        if (named == null) {
            throw cut("in the tables before its first grain");
        }
        return named;
    }

    private void passOverRest(FindingLog log) throws IOException {
        long overhead = header.overheadSectors();
        long reached = in.position() / SECTOR;
        if (overhead == 0 || overhead == reached) {
            return;
        }
        if (overhead >= 0 && overhead < reached) {
            log.add(
                    "overhead",
                    Finding.Severity.WARNING,
                    64,
                    "the header puts the first grain at sector " + overhead + ", inside what stands before the grains",
                    "");
            return;
        }
        if (overhead < 0 || overhead > Long.MAX_VALUE / SECTOR || !in.skip((overhead - reached) * SECTOR)) {
            throw cut("before its first grain, which should be at sector " + Long.toUnsignedString(overhead));
        }
    }

    private MalformedFileException cut(String where) {
        return malformed(
                "stream-cut",
                in.position(),
                "the stream was cut: it ends after " + in.position() + " bytes, " + where + "; no grain is whole",
                "copy the file again");
    }

    private MalformedFileException malformed(String code, long at, String problem, @Nullable String hint) {
        return new MalformedFileException(code, name, at, problem, hint);
    }

    HostedHeader header() {
        return header;
    }

    HostedLayout layout() {
        return layout;
    }

    /** The descriptor's area; no bytes if there is none. */
    byte[] descriptorArea() {
        return descriptor.clone();
    }

    /** The grains that tables before the first grain name, or null without such tables. */
    @Nullable
    GrainSet expected() {
        return expected;
    }
}

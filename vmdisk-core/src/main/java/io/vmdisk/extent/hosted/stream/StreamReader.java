package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.extent.hosted.GrainUnpacker;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.hosted.PackedGrain;
import io.vmdisk.extent.hosted.StreamGrains;
import io.vmdisk.extent.hosted.StreamMarker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream-optimised file from its first byte to its last, as from a pipe: the heads of the grains alone say what
 * is where.
 *
 * <p>What producers do differently but means one thing only is accepted and logged. Whatever leaves a doubt about the
 * disk's bytes is an error, a stream without its end among them; {@link #resync} then goes on behind it, for salvage.
 * Grains are not inflated here. Memory is a bit for each grain. For one thread; the stream stays the caller's.
 */
public final class StreamReader {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** Zeros between grains, and behind the end: writers in place and archives leave less than this. */
    private static final long MAX_ZERO_SECTORS = 2048;

    /** A marker of unknown content that claims more than this is damage. */
    private static final long MAX_UNKNOWN_SECTORS = 1 << 16;

    static final Remedy SALVAGE =
            Remedy.of(Kind.COPY_AGAIN).and("; ").with(Kind.SALVAGE).and(" keeps the grains that are whole");

    private final SequentialInput in;
    private final Path name;
    private final FindingLog log;
    private final StreamStart start;
    private final HostedHeader header;
    private final HostedLayout layout;
    private final @Nullable GrainSet expected;
    private final GrainSet seen = new GrainSet();
    private final GrainSet doubtful = new GrainSet();
    private final TableCheck check;
    private final long grains;
    private final int maxPackedBytes;
    private final byte[] sector = new byte[SECTOR];
    private boolean sectorWaits;
    private long tableSectorsLeft;
    private boolean inStep;
    private boolean directorySeen;
    private boolean footerSeen;
    private boolean ascending = true;
    private long zeroSectors;
    private long lastGrain = -1;
    private long lastGrainAt = -1;

    /**
     * Reads header, descriptor and the tables that may stand before the first grain.
     *
     * @param name what the stream is called in messages
     */
    public static StreamReader open(InputStream stream, Path name, FindingLog log) throws IOException {
        return new StreamReader(new SequentialInput(stream), name, log);
    }

    /** Whether a stream can begin so. */
    public static boolean mayBegin(ByteBuffer start) {
        return HostedHeader.matches(start);
    }

    private StreamReader(SequentialInput in, Path name, FindingLog log) throws IOException {
        this.in = in;
        this.name = name;
        this.log = log;
        start = StreamStart.read(in, name, log);
        header = start.header();
        layout = start.layout();
        expected = start.expected();
        grains = HostedLayout.geometry(header).grains();
        maxPackedBytes = StreamGrains.maxPackedBytes(grainBytes());
        check = new TableCheck(header.entriesPerTable());
    }

    /** The sector of the stream at which the descriptor begins. */
    public long descriptorSector() {
        return header.descriptorSector();
    }

    /** Virtual size in sectors, as the header gives it. */
    public long capacitySectors() {
        return header.capacitySectors();
    }

    /** Sectors of a grain. */
    public long grainSectors() {
        return header.grainSectors();
    }

    /** Bytes of a grain. */
    public int grainBytes() {
        return Math.toIntExact(header.grainSectors() * SECTOR);
    }

    /** The bytes of the embedded descriptor's area; none if there is no such area. */
    public byte[] descriptorArea() {
        return start.descriptorArea();
    }

    /** The grains that came so far. */
    public GrainSet seen() {
        return seen;
    }

    /** Grains whose head and table contradict each other: which bytes are theirs is unknown. */
    public GrainSet doubtful() {
        return doubtful;
    }

    /** The grains that tables before the first grain name, where there are such tables. */
    public Optional<GrainSet> expected() {
        return Optional.ofNullable(expected);
    }

    /** Whether the grains came in ascending order so far. */
    public boolean isAscending() {
        return ascending;
    }

    /** The number of the last grain that came whole, or -1. */
    public long lastGrain() {
        return lastGrain;
    }

    /** After a {@link MalformedFileException}: whether what follows is understood nevertheless, so no grain is missed. */
    public boolean isInStep() {
        return inStep;
    }

    /** A place for {@link #next} to put a grain. */
    public PackedGrain newGrain() {
        return new PackedGrain(StreamMarker.GRAIN_HEAD_BYTES + maxPackedBytes);
    }

    /**
     * Reads the next grain.
     *
     * @return false at the end of the stream, which then was whole
     * @throws MalformedFileException if the stream was cut or is damaged
     */
    public boolean next(PackedGrain into) throws IOException {
        while (true) {
            int got = SECTOR;
            if (!sectorWaits) {
                got = in.read(sector, 0, SECTOR);
            }
            sectorWaits = false;
            long at = in.position() - got;
            if (got < SECTOR) {
                endOfInput(got);
                return false;
            }
            StreamMarker marker = StreamMarker.parse(ByteBuffer.wrap(sector));
            if (isTableData(marker)) {
                continue;
            }
            if (marker.isGrain()) {
                endGap(at);
                tableSectorsLeft = 0;
                readGrain(marker, at, into);
                return true;
            }
            if (marker.type() == StreamMarker.END_OF_STREAM && footerSeen) {
                new StreamTrailer(in, log).check(MAX_ZERO_SECTORS);
                return false;
            }
            passOver(marker, at);
        }
    }

    private void readGrain(StreamMarker marker, long at, PackedGrain into) throws IOException {
        int packed = marker.packedBytes();
        if (packed < 0 || packed > maxPackedBytes) {
            throw malformed(
                    "grain-size",
                    at,
                    "a compressed grain of " + Integer.toUnsignedString(packed) + " bytes, expected 1 to "
                            + maxPackedBytes,
                    SALVAGE);
        }
        long grain = grainOf(marker, at);
        if (seen.contains(grain)) {
            throw malformed("grain-twice", at, "grain " + grain + " comes a second time", SALVAGE);
        }
        int inSector = Math.min(packed, SECTOR - StreamMarker.GRAIN_HEAD_BYTES);
        System.arraycopy(sector, StreamMarker.GRAIN_HEAD_BYTES, into.bytes(), 0, inSector);
        int rest = Math.toIntExact((StreamMarker.grainSectors(packed) - 1) * SECTOR);
        int got = in.read(into.bytes(), inSector, rest);
        if (inSector + got < packed) {
            throw cut("inside grain " + grain);
        }
        if (got < rest) {
            log.add("padding", Finding.Severity.INFO, at, "the last grain is not filled up to a whole sector", "");
        }
        seen.add(grain);
        if (grain < lastGrain) {
            ascending = false;
        }
        if (expected != null && !expected.contains(grain)) {
            log.add(
                    "grain-unlisted",
                    Finding.Severity.WARNING,
                    at,
                    "grain " + grain + " is in the stream but in no table: readers that use the tables see zeros there",
                    "convert the stream anew from its source");
        }
        if (expected == null) {
            check.grain(grain, at);
        }
        into.set(grain, packed, at);
        lastGrain = grain;
        lastGrainAt = at;
    }

    private long grainOf(StreamMarker marker, long at) throws MalformedFileException {
        long first = marker.value();
        if (first < 0 || first % header.grainSectors() != 0 || first >= header.capacitySectors()) {
            throw malformed(
                    "grain-sector",
                    at,
                    "a grain for virtual sector " + Long.toUnsignedString(first) + ", expected a multiple of "
                            + header.grainSectors() + " below " + header.capacitySectors(),
                    SALVAGE);
        }
        return first / header.grainSectors();
    }

    /** Whether the sector belongs to tables of unknown number that began behind a marker. */
    private boolean isTableData(StreamMarker marker) {
        if (tableSectorsLeft == 0 || isMetadata(marker) || isPlausibleGrain(marker)) {
            return false;
        }
        tableSectorsLeft--;
        return true;
    }

    private boolean isPlausibleGrain(StreamMarker marker) {
        long first = marker.value();
        int packed = marker.packedBytes();
        return packed > 0
                && packed <= maxPackedBytes
                && first >= 0
                && first < header.capacitySectors()
                && first % header.grainSectors() == 0
                && !seen.contains(first / header.grainSectors())
                && GrainUnpacker.isZlib(sector, StreamMarker.GRAIN_HEAD_BYTES, packed);
    }

    /** Whether the sector can be nothing but a marker of a table, directory or footer: a table has no such bytes. */
    private boolean isMetadata(StreamMarker marker) {
        boolean known = marker.type() >= StreamMarker.TABLE && marker.type() <= StreamMarker.FOOTER;
        return known && !marker.isGrain() && isZeroFrom(2 * Long.BYTES);
    }

    private boolean isZeroFrom(int start) {
        for (int i = start; i < SECTOR; i++) {
            if (sector[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void passOver(StreamMarker marker, long at) throws IOException {
        if (marker.type() == StreamMarker.END_OF_STREAM) {
            passOverZeros(marker, at);
            return;
        }
        endGap(at);
        switch (marker.type()) {
            case StreamMarker.TABLE -> passOverTables(marker, at);
            case StreamMarker.DIRECTORY -> {
                long sectors = layout.directorySectors();
                checkValue(marker, sectors, at);
                skip(sectors, "in its directory");
                tableSectorsLeft = 0;
                directorySeen = true;
                if (!check.isDone(doubtful)) {
                    inStep = true;
                    throw malformed("table-grains", at, "grains came that no table names", SALVAGE);
                }
            }
            case StreamMarker.FOOTER -> readFooter(marker, at);
            default -> passOverUnknown(marker, at);
        }
    }

    /** A sector of zeros is the end, but before the footer also the gap that writers in place leave. */
    private void passOverZeros(StreamMarker marker, long at) throws MalformedFileException {
        if (marker.value() != 0 || !isZeroFrom(2 * Long.BYTES)) {
            throw malformed(
                    "marker",
                    at,
                    "neither a grain nor a marker: size and type are 0, but not the whole sector",
                    SALVAGE);
        }
        zeroSectors++;
        if (zeroSectors > MAX_ZERO_SECTORS) {
            throw malformed(
                    "gap", at, "more than " + MAX_ZERO_SECTORS + " sectors of zeros follow the last grain", SALVAGE);
        }
    }

    private void endGap(long at) {
        if (zeroSectors > 0) {
            log.add(
                    "gap",
                    Finding.Severity.INFO,
                    at - zeroSectors * SECTOR,
                    zeroSectors + " sectors of zeros stand between grains",
                    "");
        }
        zeroSectors = 0;
    }

    /** Some producers write all tables behind one marker, and 0 for their sectors: then only the next marker ends them. */
    private void passOverTables(StreamMarker marker, long at) throws IOException {
        long one = layout.tableSectors();
        long sectors = marker.value();
        boolean many = sectors > one && sectors % one == 0 && sectors / one <= layout.tables();
        if (!many) {
            checkValue(marker, one, at);
            sectors = one;
        }
        if (sectors == one && marker.value() != 0) {
            checkTable(at);
        } else {
            check.giveUp();
            skip(sectors, "in a table");
        }
        tableSectorsLeft = marker.value() == 0 ? (layout.tables() - 1) * one : 0;
    }

    private void checkTable(long at) throws IOException {
        byte[] table = new byte[Math.toIntExact(layout.tableSectors() * SECTOR)];
        if (in.read(table, 0, table.length) < table.length) {
            throw cut("in a table");
        }
        if (!check.agrees(table, doubtful)) {
            inStep = true;
            throw malformed(
                    "table-grains",
                    at,
                    "a table contradicts the heads of the grains before it: one of them has another place or number",
                    SALVAGE);
        }
    }

    private void readFooter(StreamMarker marker, long at) throws IOException {
        checkValue(marker, 1, at);
        if (in.read(sector, 0, SECTOR) < SECTOR) {
            throw cut("in its footer");
        }
        HostedHeader footer = HostedHeader.parse(ByteBuffer.wrap(sector), name, at + SECTOR);
        tableSectorsLeft = 0;
        footerSeen = true;
        boolean same = footer.capacitySectors() == header.capacitySectors()
                && footer.grainSectors() == header.grainSectors()
                && footer.flags() == header.flags();
        if (!same) {
            throw malformed(
                    "footer",
                    at + SECTOR,
                    "the footer contradicts the header in capacity, grain size or flags",
                    SALVAGE);
        }
        if (footer.directorySector() == HostedHeader.DIRECTORY_AT_END) {
            log.add(
                    "footer",
                    Finding.Severity.WARNING,
                    at + SECTOR,
                    "the footer does not say where the grain directory is: only reading in sequence works",
                    "convert the stream anew");
        }
    }

    private void passOverUnknown(StreamMarker marker, long at) throws IOException {
        boolean small = marker.value() >= 0 && marker.value() <= MAX_UNKNOWN_SECTORS;
        if (marker.type() == StreamMarker.PROGRESS) {
            log.add("marker-4", Finding.Severity.INFO, at, "a marker of type 4, whose content is unknown", "");
            skip(small ? marker.value() : 0, "behind a marker");
            return;
        }
        if (!small) {
            throw malformed(
                    "marker",
                    at,
                    "a marker of unknown type " + Integer.toUnsignedString(marker.type()) + " that claims "
                            + Long.toUnsignedString(marker.value()) + " sectors",
                    SALVAGE);
        }
        log.add(
                "marker-unknown",
                Finding.Severity.WARNING,
                at,
                "a marker of unknown type " + Integer.toUnsignedString(marker.type()) + " with " + marker.value()
                        + " sectors, which were passed over",
                "compare the result with the source");
        skip(marker.value(), "behind a marker");
    }

    private void checkValue(StreamMarker marker, long expectedSectors, long at) {
        if (marker.value() != expectedSectors) {
            log.add(
                    "marker-value",
                    Finding.Severity.INFO,
                    at,
                    "a marker of type " + marker.type() + " counts " + Long.toUnsignedString(marker.value())
                            + " sectors, " + expectedSectors + " follow",
                    "");
        }
    }

    private void skip(long sectors, String where) throws IOException {
        if (!in.skip(sectors * SECTOR)) {
            throw cut(where);
        }
    }

    /** Decides whether a stream that just ends was whole. */
    private void endOfInput(int surplusBytes) throws MalformedFileException {
        if (surplusBytes > 0 && !footerSeen) {
            throw cut("inside a sector");
        }
        boolean tablesLast = header.directorySector() == HostedHeader.DIRECTORY_AT_END
                || header.directorySector() >= header.overheadSectors();
        if (tablesLast && !directorySeen && !footerSeen) {
            throw cut("without the directory that ends it");
        }
        if (expected != null) {
            long missing = expected.firstNotIn(seen, grains);
            if (missing < grains) {
                throw cut("although its tables name more grains, the first of them " + missing);
            }
        }
        if (header.directorySector() == HostedHeader.DIRECTORY_AT_END && !footerSeen) {
            log.add(
                    "footer-missing",
                    Finding.Severity.WARNING,
                    in.position(),
                    "the stream has no footer: only reading in sequence works",
                    "convert the stream anew");
        } else if (tablesLast && zeroSectors == 0) {
            log.add(
                    "end-missing",
                    Finding.Severity.WARNING,
                    in.position(),
                    "the stream has no end-of-stream marker, which some readers demand",
                    "convert the stream anew");
        }
    }

    /**
     * After a {@link MalformedFileException}: looks for the next sector that can be a grain or a marker, and lets {@link
     * #next} go on from there.
     *
     * @return false if there is none
     */
    public boolean resync() throws IOException {
        if (inStep) {
            inStep = false;
            return true;
        }
        tableSectorsLeft = 0;
        zeroSectors = 0;
        check.giveUp();
        while (in.read(sector, 0, SECTOR) == SECTOR) {
            StreamMarker marker = StreamMarker.parse(ByteBuffer.wrap(sector));
            if (isPlausibleGrain(marker) || isMetadata(marker)) {
                sectorWaits = true;
                return true;
            }
        }
        return false;
    }

    private MalformedFileException cut(String where) {
        String last = lastGrain < 0
                ? "no grain is whole"
                : "the last whole grain is number " + lastGrain + " (bytes from " + lastGrain * grainBytes()
                        + " of the disk), at byte " + lastGrainAt + " of the stream";
        return malformed(
                "stream-cut",
                in.position(),
                "the stream was cut: it ends after " + in.position() + " bytes, " + where + "; " + last,
                SALVAGE);
    }

    private MalformedFileException malformed(String code, long at, String problem, Remedy remedy) {
        return new MalformedFileException(code, name, at, problem, remedy);
    }
}

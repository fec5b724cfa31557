package io.vmdisk.extent.hosted;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Sector;
import io.vmdisk.extent.BoundedFindings;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks at what lies between the grains and tables of a stream-optimised file: markers, footer, end-of-stream, and what
 * no table names.
 *
 * <p>Takes the stretches of a file in ascending order. Not thread-safe.
 */
final class StreamGaps {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** A longer stretch of zeros is told of: pipes take the first zero sector for the end. */
    private static final long MAX_ZERO_SECTORS = 128;

    private static final int AT_SIZE = 8;
    private static final int AT_TYPE = 12;
    private static final int TABLE = 1;
    private static final int DIRECTORY = 2;
    private static final int FOOTER = 3;

    /** Of markers that are new to this version. */
    private static final long MAX_ANNOUNCED_SECTORS = 1 << 16;

    /** Copy tools and archives pad a file to their block size. */
    private static final long MAX_PADDING_SECTORS = (1L << 20) / SECTOR;

    private final BlockFile file;
    private final HostedLayout layout;
    private final BoundedFindings findings;
    private final long fileSectors;
    private final int maxGrainSectors;
    private long next;
    private boolean footerMarked;
    private boolean ended;

    StreamGaps(BlockFile file, HostedHeader header, HostedLayout layout, BoundedFindings findings) throws IOException {
        this.file = file;
        this.layout = layout;
        this.findings = findings;
        this.fileSectors = file.size() / SECTOR;
        int grainBytes = (int) header.grainSectors() * SECTOR;
        this.maxGrainSectors =
                Sector.ceilDiv(StreamGrains.maxPackedBytes(grainBytes) + StreamMarker.GRAIN_HEAD_BYTES, SECTOR);
    }

    /** Looks at one stretch that neither a grain nor a table takes. */
    void look(long first, long end) throws IOException {
        long at = Math.max(first, next);
        while (at < end) {
            at += lookAt(at, end);
        }
        next = at;
    }

    /** How many sectors are seen through. */
    private long lookAt(long sector, long end) throws IOException {
        ByteBuffer marker = sector(sector);
        int size = marker.getInt(AT_SIZE);
        int type = marker.getInt(AT_TYPE);
        if (size != 0) {
            return unreferenced(sector, size);
        }
        if (type == FOOTER) {
            footerMarked = true;
            return 2;
        }
        if (StreamFooter.isZero(marker)) {
            return zeros(sector, end);
        }
        // What a marker announces is claimed as a table or directory, unless nobody names it.
        return sector + 1 < end ? 1 + announced(type, marker.getLong(0)) : 1;
    }

    private long announced(int type, long value) {
        if (type == TABLE) {
            return layout.tableSectors();
        }
        if (type == DIRECTORY) {
            return layout.directorySectors();
        }
        return value >= 0 && value <= MAX_ANNOUNCED_SECTORS ? value : 0;
    }

    private long unreferenced(long sector, int size) {
        long sectors = Sector.ceilDiv(Integer.toUnsignedLong(size) + StreamMarker.GRAIN_HEAD_BYTES, SECTOR);
        boolean grain = size > 0 && sectors <= maxGrainSectors && sector + sectors <= fileSectors;
        findings.add(
                ended ? "stream.trailing" : "stream.unreferenced",
                ended ? Severity.WARNING : Severity.LEAK,
                sector * SECTOR,
                ended
                        ? "data lies behind the end of the stream; some programs refuse the file"
                        : "a grain or other data at sector " + sector + " is named by no table",
                ended ? "cut the file there" : "convert the disk to give the space back");
        return grain && !ended ? sectors : fileSectors - sector;
    }

    private long zeros(long sector, long end) throws IOException {
        long count = 1;
        while (sector + count < end && StreamFooter.isZero(sector(sector + count))) {
            count++;
            if (count > 2 * MAX_PADDING_SECTORS) {
                break;
            }
        }
        boolean atEnd = sector + count >= fileSectors;
        if (atEnd || footerMarked) {
            ended = true;
        }
        if (count > (atEnd ? MAX_PADDING_SECTORS : MAX_ZERO_SECTORS)) {
            findings.add(
                    "stream.gap",
                    Severity.WARNING,
                    sector * SECTOR,
                    count + " sectors of zeros or more; whoever reads in sequence takes them for the end",
                    "convert the disk");
        } else if (atEnd && footerMarked && count > 1) {
            findings.add(
                    "stream.trailing",
                    Severity.WARNING,
                    (sector + 1) * SECTOR,
                    (count - 1) + " sectors behind the end of the stream; some programs do not find the footer then",
                    "cut the file to " + (sector + 1) * SECTOR + " bytes");
        }
        return count;
    }

    /** What is missing at the end; call once, after the last stretch. */
    void finish(boolean tablesLast) throws IOException {
        if (!tablesLast) {
            return;
        }
        if (!footerMarked) {
            findings.add(
                    "stream.footer-marker",
                    Severity.WARNING,
                    -1,
                    "the footer has no marker; other programs do not find it",
                    "convert the disk");
        }
        long rest = file.size() - fileSectors * SECTOR;
        if (ended && rest > 0) {
            findings.add(
                    "stream.trailing",
                    Severity.WARNING,
                    fileSectors * SECTOR,
                    rest + " bytes lie behind the last whole sector; some programs do not find the footer then",
                    "cut the file to " + fileSectors * SECTOR + " bytes");
        }
        if (!ended) {
            findings.add(
                    "stream.end",
                    Severity.WARNING,
                    fileSectors * SECTOR,
                    "the end-of-stream marker is missing; the file may be cut, and other programs refuse it",
                    "copy the file again, or convert the disk");
        }
    }

    private ByteBuffer sector(long sector) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(sector * SECTOR, bytes);
        return bytes;
    }
}

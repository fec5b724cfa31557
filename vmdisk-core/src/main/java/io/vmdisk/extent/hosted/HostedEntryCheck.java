package io.vmdisk.extent.hosted;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Sector;
import io.vmdisk.extent.BoundedFindings;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Judges the entries of grain tables: is a grain where one can be, alone, and, in a stream, the one it says it is.
 *
 * <p>What is the same in each window is told in the first only. Not thread-safe.
 */
final class HostedEntryCheck {
    private static final int SECTOR = HostedLayout.SECTOR;
    private static final String LOST = "restore the grains from a backup; all others can be salvaged";

    private final BlockFile file;
    private final HostedHeader header;
    private final BoundedFindings findings;
    private final SectorUse use;
    private final long grains;
    private final long fileBytes;
    private final long firstGrainSector;
    private final int headBytes;
    private final long maxStoredSectors;
    private final ByteBuffer noEntries;

    HostedEntryCheck(BlockFile file, HostedHeader header, BoundedFindings findings, SectorUse use) throws IOException {
        this.file = file;
        this.header = header;
        this.findings = findings;
        this.use = use;
        this.grains = HostedLayout.geometry(header).grains();
        this.fileBytes = file.size();
        this.firstGrainSector = HostedChecker.descriptorEnd(header, fileBytes / SECTOR);
        this.noEntries = ByteBuffer.allocate(header.entriesPerTable() * Integer.BYTES);
        this.headBytes = header.has(HostedFlags.MARKERS) ? StreamMarker.GRAIN_HEAD_BYTES : Integer.BYTES;
        long grainBytes = header.grainSectors() * SECTOR;
        this.maxStoredSectors =
                Sector.ceilDiv((long) StreamGrains.maxPackedBytes((int) grainBytes) + headBytes, SECTOR);
    }

    /** Judges a table that stands at a sector. */
    void check(int table, long sector, ByteBuffer entries) throws IOException {
        if (entries.mismatch(noEntries) < 0) {
            return;
        }
        int count = header.entriesPerTable();
        for (int entry = 0; entry < count; entry++) {
            long raw = Integer.toUnsignedLong(entries.getInt(entry * Integer.BYTES));
            if (raw != 0) {
                long at = sector * SECTOR + (long) entry * Integer.BYTES;
                checkEntry((long) table * count + entry, raw, at);
            }
        }
    }

    private boolean isFirst() {
        return use.start() == 0;
    }

    private void checkEntry(long grain, long sector, long at) throws IOException {
        if (grain >= grains) {
            report(
                    "hosted.entry-behind-disk",
                    Severity.WARNING,
                    at,
                    "an entry for grain " + grain + " lies behind the end of the disk of " + grains + " grains",
                    "");
        } else if (sector == 1) {
            if (!header.has(HostedFlags.ZEROED_GRAINS)) {
                report(
                        "hosted.zero-mark",
                        Severity.WARNING,
                        at,
                        "grain " + grain + " is marked as zeros, but the header does not say that such marks are used;"
                                + " it is read as zeros here, other programs show parts of the header",
                        "convert the disk");
            }
        } else if (sector < firstGrainSector || sector * SECTOR >= fileBytes) {
            report(
                    "hosted.grain-place",
                    Severity.ERROR,
                    at,
                    "grain " + grain + " is said to be at sector " + sector + ", outside of " + firstGrainSector
                            + " to " + fileBytes / SECTOR + "; its data is lost",
                    LOST);
        } else if (header.has(HostedFlags.COMPRESSED)) {
            if (use.mayTouch(sector, maxStoredSectors)) {
                checkStored(grain, sector, at);
            }
        } else {
            checkPlain(grain, sector, at);
        }
    }

    private void report(String id, Severity severity, long at, String message, String advice) {
        report(id, severity, at, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, long at, String message, Remedy remedy) {
        if (isFirst()) {
            findings.add(id, severity, at, message, remedy);
        }
    }

    private void checkPlain(long grain, long sector, long at) {
        long size = header.grainSectors();
        if (sector % size != 0 && (sector - header.overheadSectors()) % size != 0) {
            report(
                    "hosted.grain-misaligned",
                    Severity.WARNING,
                    at,
                    "grain " + grain + " at sector " + sector + " is not at a multiple of its size of " + size
                            + " sectors",
                    "convert the disk");
        }
        long end = (sector + size) * SECTOR;
        if (end > fileBytes) {
            report(
                    "hosted.grain-cut",
                    Severity.WARNING,
                    at,
                    "grain " + grain + " at sector " + sector + " ends " + (end - fileBytes)
                            + " bytes behind the file's end; the rest is read as zeros",
                    "copy the file again if the original is longer");
        }
        claim(grain, sector, size, at);
    }

    private void checkStored(long grain, long sector, long at) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(headBytes).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(sector * SECTOR, head) < headBytes) {
            told(
                    sector,
                    "hosted.grain-place",
                    at,
                    "grain " + grain + " at sector " + sector + " is cut by the file's end");
            return;
        }
        long packed = Integer.toUnsignedLong(head.getInt(headBytes - Integer.BYTES));
        long end = sector * SECTOR + headBytes + packed;
        if (packed == 0 || packed > maxStoredSectors * SECTOR || end > fileBytes) {
            told(
                    sector,
                    "stream.grain-size",
                    sector * SECTOR,
                    "grain " + grain + " at sector " + sector + " is said to have " + packed
                            + " packed bytes; the file has " + fileBytes + " bytes");
            return;
        }
        long expected = grain * header.grainSectors();
        if (headBytes == StreamMarker.GRAIN_HEAD_BYTES && head.getLong(0) != expected) {
            told(
                    sector,
                    "stream.sector-mismatch",
                    sector * SECTOR,
                    "the table places virtual sector " + expected + " here, the grain says that it is sector "
                            + Long.toUnsignedString(head.getLong(0)));
        }
        claim(grain, sector, Sector.ceilDiv(headBytes + packed, SECTOR), at);
    }

    /** A grain that touches two windows is told of in the one where it begins. */
    private void told(long sector, String id, long at, String message) {
        if (sector >= use.start()) {
            findings.add(id, Severity.ERROR, at, message, LOST);
        }
    }

    private void claim(long grain, long sector, long count, long at) {
        long taken = use.claim(sector, count);
        if (taken != SectorUse.FREE) {
            findings.add(
                    "hosted.shared-space",
                    Severity.ERROR,
                    at,
                    "grain " + grain + " at sector " + sector + " shares sector " + taken + " with another",
                    "one of both shows foreign data; restore from a backup");
        }
    }
}

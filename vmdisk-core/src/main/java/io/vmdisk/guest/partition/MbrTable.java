package io.vmdisk.guest.partition;

import io.vmdisk.ByteRange;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A DOS partition table: four entries in the first sector, of which one may open a chain of sectors that describe one
 * logical partition each.
 *
 * <p>The chain may only lead forwards, so it ends; DOS, Windows and Linux write it that way.
 */
final class MbrTable {
    /** The entry that protects a GUID partition table. */
    static final int PROTECTIVE = 0xEE;

    private static final int ENTRIES_AT = 446;
    private static final int ENTRY_BYTES = 16;
    private static final int MARK_AT = 510;
    private static final short MARK = (short) 0xAA55;
    private static final int FIRST_LOGICAL = 5;
    /** Linux counts to 255; Windows has letters for fewer. */
    private static final int MAX_LOGICAL = 256;

    private MbrTable() {}

    /** An entry in use. */
    record Entry(int slot, int type, long startSector, long sectors) {
        boolean isExtended() {
            return type == 0x05 || type == 0x0F || type == 0x85;
        }

        ByteRange range(long baseSector) {
            return new ByteRange((baseSector + startSector) * PartitionTable.SECTOR, sectors * PartitionTable.SECTOR);
        }
    }

    /**
     * The entries of a sector that are in use, or none if it is no table: the boot sector of a file system has the same
     * mark at its end, but code where a table has its flags.
     */
    static List<Entry> entries(ByteBuffer sector) {
        if (sector.getShort(MARK_AT) != MARK) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        for (int slot = 0; slot < 4; slot++) {
            int at = ENTRIES_AT + slot * ENTRY_BYTES;
            int flags = sector.get(at) & 0xFF;
            int type = sector.get(at + 4) & 0xFF;
            long start = sector.getInt(at + 8) & 0xFFFFFFFFL;
            long count = sector.getInt(at + 12) & 0xFFFFFFFFL;
            if (flags != 0 && flags != 0x80) {
                return List.of();
            }
            if (type == 0 || count == 0) {
                continue;
            }
            if (start == 0) {
                // mkfs.fat gives a disk without partitions such an entry, to please firmware.
                return List.of();
            }
            entries.add(new Entry(slot, type, start, count));
        }
        return entries;
    }

    /** The primary partitions and the logical ones; not the extended one, which only holds those. */
    static List<Partition> read(GuestWindow disk, List<Entry> entries) throws IOException {
        List<Partition> partitions = new ArrayList<>();
        Entry extended = null;
        for (Entry entry : entries) {
            if (!entry.isExtended()) {
                partitions.add(partition(entry.slot() + 1, entry, 0));
            } else if (extended != null) {
                throw disk.malformed("extended", 0, "the disk has two extended partitions");
            } else {
                extended = entry;
            }
        }
        if (extended != null) {
            requireNoneInside(disk, extended.range(0), partitions);
            addLogical(disk, extended, partitions);
        }
        return partitions;
    }

    private static void requireNoneInside(GuestWindow disk, ByteRange extended, List<Partition> primary)
            throws IOException {
        for (Partition partition : primary) {
            if (partition.range().overlaps(extended)) {
                throw disk.malformed(
                        "partition-overlap",
                        extended.start(),
                        "partition " + partition.number() + " overlaps the extended partition");
            }
        }
    }

    private static void addLogical(GuestWindow disk, Entry extended, List<Partition> partitions) throws IOException {
        long base = extended.startSector();
        long sector = base;
        long end = base + extended.sectors();
        for (int count = 0; ; count++) {
            long at = sector * PartitionTable.SECTOR;
            if (count == MAX_LOGICAL) {
                throw disk.malformed("extended", at, "more than " + MAX_LOGICAL + " logical partitions");
            }
            ByteBuffer bytes = disk.read(at, PartitionTable.SECTOR, ByteOrder.LITTLE_ENDIAN);
            if (bytes.getShort(MARK_AT) != MARK) {
                throw disk.malformed("extended", at, "the chain of logical partitions leads to a sector without mark");
            }
            Entry next = null;
            for (Entry entry : entries(bytes)) {
                if (entry.isExtended()) {
                    next = entry;
                } else {
                    addLogical(disk, entry, sector, end, partitions);
                }
            }
            if (next == null) {
                return;
            }
            long nextSector = base + next.startSector();
            if (nextSector <= sector || nextSector >= end) {
                throw disk.malformed(
                        "extended",
                        at,
                        "the chain of logical partitions leads from sector " + sector + " to " + nextSector
                                + ", expected one behind it and before " + end);
            }
            sector = nextSector;
        }
    }

    private static void addLogical(
            GuestWindow disk, Entry entry, long tableSector, long extendedEnd, List<Partition> partitions)
            throws IOException {
        if (tableSector + entry.startSector() + entry.sectors() > extendedEnd) {
            throw disk.malformed(
                    "extended",
                    tableSector * PartitionTable.SECTOR,
                    "a logical partition ends behind the extended one");
        }
        int logical = (int)
                partitions.stream().filter(p -> p.number() >= FIRST_LOGICAL).count();
        partitions.add(partition(FIRST_LOGICAL + logical, entry, tableSector));
    }

    private static Partition partition(int number, Entry entry, long baseSector) {
        String type = String.format("%02x", entry.type());
        return new Partition(number, entry.range(baseSector), type, PartitionTypes.ofMbr(entry.type()), "");
    }
}

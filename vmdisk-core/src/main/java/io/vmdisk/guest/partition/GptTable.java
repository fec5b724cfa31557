package io.vmdisk.guest.partition;

import io.vmdisk.ByteRange;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A GUID partition table: header and entries, both with checksums, at the start of the disk and again at its end.
 *
 * <p>The copy at the start counts; the one at the end steps in where that one is damaged. Where both are whole but
 * differ, which one a guest believes depends on the guest, so the disk is refused.
 */
final class GptTable {
    private static final int SECTOR = PartitionTable.SECTOR;
    private static final long MARK = 0x5452415020494645L; // "EFI PART"
    private static final int REVISION = 0x00010000;
    private static final int HEADER_BYTES = 92;
    private static final int MIN_ENTRY_BYTES = 128;
    private static final int MAX_ENTRY_BYTES = 4096;
    /** A table has 128 entries as a rule; gdisk makes larger ones on demand. */
    private static final int MAX_ENTRIES_BYTES = 1 << 20;

    private GptTable() {}

    /** The header's fields that matter, and the entries, both proved by their checksums. */
    private record Copy(long firstUsable, long lastUsable, long alternate, ByteBuffer entries, int entryBytes) {}

    static boolean hasMark(GuestWindow disk) throws IOException {
        return disk.read(SECTOR, 8, ByteOrder.LITTLE_ENDIAN).getLong(0) == MARK;
    }

    static List<Partition> read(GuestWindow disk, List<MbrTable.Entry> protective) throws IOException {
        long lastSector = disk.size() / SECTOR - 1;
        Copy primary = copyAt(disk, 1);
        Copy backup = copyAt(disk, primary == null ? lastSector : primary.alternate);
        Copy chosen = primary == null ? backup : primary;
        if (chosen == null) {
            if (disk.has(4096, 8) && disk.read(4096, 8, ByteOrder.LITTLE_ENDIAN).getLong(0) == MARK) {
                throw new UnsupportedFeatureException(
                        "guest-sector-size", null, "the partition table was made for sectors of 4096 bytes");
            }
            throw disk.malformed(
                    "gpt", SECTOR, "neither copy of the GUID partition table is whole (mark or checksum wrong)");
        }
        if (primary != null && backup != null && !primary.entries.equals(backup.entries)) {
            throw new UnsafeStateException(
                    "guest-ambiguous",
                    null,
                    "the two copies of the GUID partition table differ",
                    "repair the table inside the guest (gdisk, sgdisk -e)");
        }
        List<Partition> partitions = partitions(disk, chosen);
        requireNoOthers(protective, partitions);
        return partitions;
    }

    private static @Nullable Copy copyAt(GuestWindow disk, long sector) throws IOException {
        if (sector < 1 || sector > disk.size() / SECTOR - 1) {
            return null;
        }
        ByteBuffer header = disk.read(sector * SECTOR, SECTOR, ByteOrder.LITTLE_ENDIAN);
        int headerBytes = header.getInt(12);
        if (header.getLong(0) != MARK
                || header.getInt(8) != REVISION
                || headerBytes < HEADER_BYTES
                || headerBytes > SECTOR
                || header.getLong(24) != sector) {
            return null;
        }
        int expected = header.getInt(16);
        if (crc(header.duplicate().order(ByteOrder.LITTLE_ENDIAN).putInt(16, 0).limit(headerBytes)) != expected) {
            return null;
        }
        long entriesSector = header.getLong(72);
        long count = header.getInt(80) & 0xFFFFFFFFL;
        int entryBytes = header.getInt(84);
        if (entryBytes < MIN_ENTRY_BYTES
                || entryBytes > MAX_ENTRY_BYTES
                || Integer.bitCount(entryBytes) != 1
                || count < 1
                || count * entryBytes > MAX_ENTRIES_BYTES
                || entriesSector < 1
                || entriesSector > disk.size() / SECTOR
                || !disk.has(entriesSector * SECTOR, count * entryBytes)) {
            return null;
        }
        ByteBuffer entries = disk.read(entriesSector * SECTOR, (int) (count * entryBytes), ByteOrder.LITTLE_ENDIAN);
        if (crc(entries.duplicate()) != header.getInt(88)) {
            return null;
        }
        return new Copy(header.getLong(40), header.getLong(48), header.getLong(32), entries, entryBytes);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static List<Partition> partitions(GuestWindow disk, Copy copy) throws IOException {
        List<Partition> partitions = new ArrayList<>();
        int count = copy.entries.limit() / copy.entryBytes;
        for (int i = 0; i < count; i++) {
            int at = i * copy.entryBytes;
            UUID type = guid(copy.entries, at);
            if (type.getMostSignificantBits() == 0 && type.getLeastSignificantBits() == 0) {
                continue;
            }
            long first = copy.entries.getLong(at + 32);
            long last = copy.entries.getLong(at + 40);
            if (first < copy.firstUsable
                    || last < first
                    || last > copy.lastUsable
                    || first < 2
                    || last > disk.size() / SECTOR - 1) {
                throw disk.malformed(
                        "partition-outside",
                        SECTOR,
                        "partition " + (i + 1) + " covers sectors " + first + " to " + last + ", usable are "
                                + copy.firstUsable + " to " + copy.lastUsable + " of a disk of "
                                + disk.size() / SECTOR);
            }
            ByteRange range = new ByteRange(first * SECTOR, (last - first + 1) * SECTOR);
            String name = GuestText.utf16(copy.entries, at + 56, 72);
            partitions.add(new Partition(i + 1, range, type.toString(), PartitionTypes.ofGpt(type), name));
        }
        return partitions;
    }

    /** The first three fields are little-endian, the rest is as it is written. */
    private static UUID guid(ByteBuffer bytes, int at) {
        long high = (bytes.getInt(at) & 0xFFFFFFFFL) << 32
                | (bytes.getShort(at + 4) & 0xFFFFL) << 16
                | (bytes.getShort(at + 6) & 0xFFFFL);
        return new UUID(high, Long.reverseBytes(bytes.getLong(at + 8)));
    }

    /** A hybrid table shows some partitions to old systems too; more than those would be another division. */
    private static void requireNoOthers(List<MbrTable.Entry> protective, List<Partition> partitions)
            throws UnsafeStateException {
        for (MbrTable.Entry entry : protective) {
            if (entry.type() == MbrTable.PROTECTIVE) {
                continue;
            }
            ByteRange range = entry.range(0);
            if (partitions.stream().noneMatch(p -> p.range().equals(range))) {
                throw new UnsafeStateException(
                        "guest-ambiguous",
                        null,
                        "the disk has two partition tables, and entry " + (entry.slot() + 1)
                                + " of the old one is not in the new one",
                        "bring both in line inside the guest (gdisk)");
            }
        }
    }
}

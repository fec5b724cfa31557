package io.vmdisk.guest.partition;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;

/**
 * How a disk is divided, checked: every partition lies on the disk and none overlap.
 *
 * @param kind which table it is
 * @param partitions in the order of their numbers; empty without a table
 */
public record PartitionTable(Kind kind, List<Partition> partitions) {
    /** The kinds of tables. */
    public enum Kind {
        /** The disk has none: it is empty or one file system from its first byte on. */
        NONE,
        /** A DOS table, with logical partitions if there are any. */
        MBR,
        /** A GUID partition table. */
        GPT
    }

    /** VMware disks have sectors of 512 bytes, always. */
    static final int SECTOR = Sector.BYTES;

    /** Copies the list. */
    public PartitionTable {
        partitions = List.copyOf(partitions);
    }

    /**
     * Reads the table of a disk.
     *
     * @throws io.vmdisk.VmdiskException if there is one but it is damaged or says two things at once
     */
    public static PartitionTable read(GuestBytes disk) throws IOException {
        return read(new GuestWindow(disk, new ByteRange(0, disk.size()), Progress.NONE));
    }

    public static PartitionTable read(GuestWindow disk) throws IOException {
        if (disk.size() < 2 * SECTOR) {
            return new PartitionTable(Kind.NONE, List.of());
        }
        ByteBuffer first = disk.read(0, SECTOR, ByteOrder.LITTLE_ENDIAN);
        List<MbrTable.Entry> entries = MbrTable.entries(first);
        if (entries.stream().anyMatch(entry -> entry.type() == MbrTable.PROTECTIVE)) {
            return checked(disk, Kind.GPT, GptTable.read(disk, entries));
        }
        if (GptTable.hasMark(disk)) {
            throw new UnsafeStateException(
                    "guest-ambiguous",
                    null,
                    "the disk has a GUID partition table, but its first sector does not protect it",
                    "remove the table that is out of use inside the guest (wipefs, gdisk)");
        }
        if (entries.isEmpty()) {
            return new PartitionTable(Kind.NONE, List.of());
        }
        return checked(disk, Kind.MBR, MbrTable.read(disk, entries));
    }

    private static PartitionTable checked(GuestWindow disk, Kind kind, List<Partition> partitions) throws IOException {
        List<Partition> byStart = partitions.stream()
                .sorted(Comparator.comparingLong(p -> p.range().start()))
                .toList();
        long end = 0;
        for (Partition partition : byStart) {
            ByteRange range = partition.range();
            if (range.start() < end) {
                throw disk.malformed(
                        "partition-overlap",
                        range.start(),
                        "partition " + partition.number() + " overlaps another or the table itself");
            }
            if (range.end() > disk.size()) {
                throw disk.malformed(
                        "partition-outside",
                        range.start(),
                        "partition " + partition.number() + " ends at byte " + range.end() + " of a disk of "
                                + disk.size());
            }
            end = range.end();
        }
        return new PartitionTable(kind, partitions);
    }
}

package io.vmdisk.guest.scan;

import io.vmdisk.ByteRange;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestWindow;
import io.vmdisk.guest.partition.Partition;
import io.vmdisk.guest.partition.PartitionTable;
import io.vmdisk.guest.partition.PartitionTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the file systems of a disk and what they do not use.
 *
 * <p>Every file system that is reported as handled was walked once in full, so that its free space is known to be
 * consistent before anyone acts on it. Where a place could be two things at once nothing is guessed: a disk that is a
 * file system as a whole and has partitions too is refused, and so is a partition with two signatures.
 */
public final class GuestScan {
    private GuestScan() {}

    /** As {@link #scan(GuestBytes, Progress)}, without progress. */
    public static List<GuestPartition> scan(GuestBytes disk) throws IOException {
        return scan(disk, Progress.NONE);
    }

    /**
     * Looks at every partition, or at the disk as a whole if it has none.
     *
     * @param progress asked for cancelling only
     * @throws VmdiskException if the partition table is damaged or ambiguous; what is wrong with a single file system is
     *     in its result
     * @throws IOException if the disk can't be read
     */
    public static List<GuestPartition> scan(GuestBytes disk, Progress progress) throws IOException {
        GuestWindow whole = new GuestWindow(disk, new ByteRange(0, disk.size()), progress);
        PartitionTable table = PartitionTable.read(whole);
        if (table.kind() == PartitionTable.Kind.NONE) {
            Partition all = new Partition(0, new ByteRange(0, disk.size()), "", "whole disk", "");
            return List.of(new GuestPartition(all, examine(whole, all)));
        }
        requireNothingBelow(whole);
        List<GuestPartition> found = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            found.add(new GuestPartition(partition, examine(whole.slice(partition.range()), partition)));
        }
        return List.copyOf(found);
    }

    private static void requireNothingBelow(GuestWindow whole) throws IOException {
        List<String> found = new ArrayList<>();
        for (FileSystemFamily family : families(whole)) {
            found.add(family.shownName());
        }
        found.addAll(Signature.find(whole));
        if (!found.isEmpty()) {
            throw new UnsafeStateException(
                    "guest-ambiguous",
                    null,
                    "the disk has a partition table, but as a whole also the signature of " + String.join(", ", found),
                    "remove the signature that is out of use inside the guest (wipefs)");
        }
    }

    private static GuestFileSystem examine(GuestWindow window, Partition partition) throws IOException {
        if (PartitionTypes.isContainer(partition)) {
            return new GuestFileSystem.NotHandled(partition.typeName());
        }
        List<FileSystemFamily> families = families(window);
        List<String> others = Signature.find(window);
        if (families.isEmpty()) {
            return new GuestFileSystem.NotHandled(others.isEmpty() ? "nothing known" : String.join(", ", others));
        }
        FileSystemFamily family = families.get(0);
        if (families.size() + others.size() > 1) {
            List<String> names = new ArrayList<>(others);
            families.forEach(f -> names.add(0, f.shownName()));
            return new GuestFileSystem.Refused(
                    family.shownName(),
                    new UnsafeStateException(
                            "guest-ambiguous",
                            null,
                            "partition " + partition.number() + " has the signatures of " + String.join(" and ", names),
                            "remove the signature that is out of use inside the guest (wipefs)"));
        }
        return open(family, window);
    }

    private static GuestFileSystem open(FileSystemFamily family, GuestWindow window) throws IOException {
        String type = family.shownName();
        try {
            FileSystemReader reader = family.open(window);
            type = reader.facts().type();
            long freeBytes = reader.walk((start, length) -> {});
            return new GuestFileSystem.Handled(reader.facts(), freeBytes, reader::walk);
        } catch (OperationCancelledException e) {
            throw e;
        } catch (VmdiskException e) {
            return new GuestFileSystem.Refused(type, e);
        }
    }

    private static List<FileSystemFamily> families(GuestWindow window) throws IOException {
        List<FileSystemFamily> found = new ArrayList<>();
        for (FileSystemFamily family : FileSystemFamily.ALL) {
            if (family.recognises(window)) {
                found.add(family);
            }
        }
        return found;
    }
}

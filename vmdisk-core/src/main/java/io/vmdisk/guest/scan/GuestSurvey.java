package io.vmdisk.guest.scan;

import io.vmdisk.Progress;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestWindow;
import io.vmdisk.guest.partition.PartitionTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is on a disk, for people who look for one.
 *
 * @param table how it is divided
 * @param items its partitions, or the disk as a whole
 * @param systems the operating systems that make such partitions; a guess
 */
public record GuestSurvey(PartitionTable.Kind table, List<Item> items, Set<String> systems) {
    /** Words in the names of types and file systems, and whose they are. */
    private static final Map<String, String> OWNERS = Map.ofEntries(
            Map.entry("linux", "Linux"),
            Map.entry("ext2", "Linux"),
            Map.entry("ext3", "Linux"),
            Map.entry("ext4", "Linux"),
            Map.entry("xfs", "Linux"),
            Map.entry("btrfs", "Linux"),
            Map.entry("lvm2", "Linux"),
            Map.entry("luks", "Linux"),
            Map.entry("microsoft reserved", "Windows"),
            Map.entry("windows", "Windows"),
            Map.entry("ntfs", "Windows"),
            Map.entry("bitlocker", "Windows"),
            Map.entry("refs", "Windows"),
            Map.entry("apfs", "macOS"),
            Map.entry("hfs", "macOS"),
            Map.entry("freebsd", "FreeBSD"),
            Map.entry("openbsd", "OpenBSD"),
            Map.entry("netbsd", "NetBSD"),
            Map.entry("solaris", "Solaris"),
            Map.entry("vmfs", "ESXi"),
            Map.entry("vmware", "ESXi"));

    /** What a table may say of partitions whose file system has the last word. */
    private static final String EITHER = "NTFS or exFAT";

    /**
     * A partition.
     *
     * @param partition where it is and what it holds
     * @param name by what that is known
     */
    public record Item(GuestPartition partition, FileSystemName name) {}

    /** Copies the lists. */
    public GuestSurvey {
        items = List.copyOf(items);
        systems = java.util.Collections.unmodifiableSet(new TreeSet<>(systems));
    }

    /**
     * Looks at every partition.
     *
     * @throws io.vmdisk.VmdiskException as {@link GuestScan#scan}
     */
    public static GuestSurvey of(GuestBytes disk, Progress progress) throws IOException {
        List<Item> items = new ArrayList<>();
        Set<String> systems = new TreeSet<>();
        for (GuestPartition partition : GuestScan.scan(disk, progress)) {
            GuestWindow window = new GuestWindow(disk, partition.partition().range(), progress);
            items.add(new Item(partition, FileSystemName.of(window, partition.content())));
            addOwners(systems, contentOf(partition.content()));
            if (!partition.partition().typeName().equals(EITHER)) {
                addOwners(systems, partition.partition().typeName());
            }
        }
        return new GuestSurvey(PartitionTable.read(disk).kind(), items, systems);
    }

    /** What a partition holds, as people call it. */
    public static String contentOf(GuestFileSystem content) {
        if (content instanceof GuestFileSystem.Handled handled) {
            return handled.facts().type();
        }
        return content instanceof GuestFileSystem.Refused refused
                ? refused.type()
                : ((GuestFileSystem.NotHandled) content).what();
    }

    private static void addOwners(Set<String> systems, String words) {
        String text = words.toLowerCase(Locale.ROOT);
        OWNERS.forEach((word, owner) -> {
            if (text.contains(word)) {
                systems.add(owner);
            }
        });
    }
}

package io.vmdisk.guest.partition;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What the types in partition tables are called, and which of them never hold a file system of their own. */
public final class PartitionTypes {
    private static final String UNKNOWN = "unknown";
    private static final String LVM = "Linux LVM";
    private static final String RAID = "Linux RAID";
    private static final String SWAP = "Linux swap";
    private static final String DYNAMIC_DATA = "Windows dynamic disk";
    private static final String DYNAMIC_METADATA = "Windows dynamic disk metadata";
    private static final String STORAGE_SPACES = "Windows Storage Spaces";

    /** Whatever stands at the start of such a partition is not the whole story. */
    private static final Set<String> CONTAINERS =
            Set.of(LVM, RAID, SWAP, DYNAMIC_DATA, DYNAMIC_METADATA, STORAGE_SPACES);

    private static final Map<Integer, String> MBR = Map.ofEntries(
            Map.entry(0x01, "FAT12"),
            Map.entry(0x04, "FAT16 under 32 MiB"),
            Map.entry(0x06, "FAT16"),
            Map.entry(0x07, "NTFS or exFAT"),
            Map.entry(0x0B, "FAT32"),
            Map.entry(0x0C, "FAT32 (LBA)"),
            Map.entry(0x0E, "FAT16 (LBA)"),
            Map.entry(0x11, "hidden FAT12"),
            Map.entry(0x14, "hidden FAT16 under 32 MiB"),
            Map.entry(0x16, "hidden FAT16"),
            Map.entry(0x17, "hidden NTFS"),
            Map.entry(0x1B, "hidden FAT32"),
            Map.entry(0x1C, "hidden FAT32 (LBA)"),
            Map.entry(0x1E, "hidden FAT16 (LBA)"),
            Map.entry(0x27, "Windows recovery"),
            Map.entry(0x42, DYNAMIC_DATA),
            Map.entry(0x82, SWAP),
            Map.entry(0x83, "Linux"),
            Map.entry(0x8E, LVM),
            Map.entry(0xA5, "FreeBSD"),
            Map.entry(0xA6, "OpenBSD"),
            Map.entry(0xA8, "macOS UFS"),
            Map.entry(0xA9, "NetBSD"),
            Map.entry(0xAF, "macOS HFS"),
            Map.entry(0xBF, "Solaris"),
            Map.entry(0xEF, "EFI system"),
            Map.entry(0xFB, "VMware VMFS"),
            Map.entry(0xFC, "VMware diagnostics"),
            Map.entry(0xFD, RAID));

    private static final Map<UUID, String> GPT = Map.ofEntries(
            entry("c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system"),
            entry("21686148-6449-6e6f-744e-656564454649", "BIOS boot"),
            entry("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Microsoft basic data"),
            entry("e3c9e316-0b5c-4db8-817d-f92df00215ae", "Microsoft reserved"),
            entry("de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery"),
            entry("af9b60a0-1431-4f62-bc68-3311714a69ad", DYNAMIC_DATA),
            entry("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", DYNAMIC_METADATA),
            entry("e75caf8f-f680-4cee-afa3-b001e56efc2d", STORAGE_SPACES),
            entry("0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux"),
            entry("4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)"),
            entry("b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (ARM64)"),
            entry("bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux extended boot"),
            entry("933ac7e1-2eb4-4f13-b844-0e14e2aef915", "Linux home"),
            entry("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", SWAP),
            entry("e6d6d379-f507-44c2-a23c-238f2a3df928", LVM),
            entry("a19d880f-05fc-4d3b-a006-743f0f84911e", RAID),
            entry("aa31e02a-400f-11db-9590-000c2911d1b8", "VMware VMFS"),
            entry("9d275380-40ad-11db-bf97-000c2911d1b8", "VMware diagnostics"),
            entry("516e7cb6-6ecf-11d6-8ff8-00022d09712b", "FreeBSD UFS"),
            entry("516e7cba-6ecf-11d6-8ff8-00022d09712b", "FreeBSD ZFS"),
            entry("6a898cc3-1dd2-11b2-99a6-080020736631", "ZFS"),
            entry("48465300-0000-11aa-aa11-00306543ecac", "macOS HFS+"),
            entry("7c3457ef-0000-11aa-aa11-00306543ecac", "macOS APFS"));

    private PartitionTypes() {}

    private static Map.Entry<UUID, String> entry(String guid, String name) {
        return Map.entry(UUID.fromString(guid), name);
    }

    static String ofMbr(int type) {
        return MBR.getOrDefault(type, UNKNOWN);
    }

    static String ofGpt(UUID type) {
        return GPT.getOrDefault(type, UNKNOWN);
    }

    /** Whether the table says that the partition is part of something larger or holds no files. */
    public static boolean isContainer(Partition partition) {
        return CONTAINERS.contains(partition.typeName());
    }
}

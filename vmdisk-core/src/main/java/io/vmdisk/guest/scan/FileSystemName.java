package io.vmdisk.guest.scan;

import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * By what a file system is known. Read from its first blocks whatever its state is, since a disk that nobody shut down has a
 * name too.
 *
 * @param label given by people; empty if there is none
 * @param uuid given when it was made, as blkid prints it; empty if there is none
 */
public record FileSystemName(String label, String uuid) {
    static final FileSystemName NONE = new FileSystemName("", "");
    private static final int FAT_EXTENDED = 0x29;
    private static final int MOST_BYTES = 512;

    /** The name of what a scan found in a window. */
    static FileSystemName of(GuestWindow window, GuestFileSystem content) throws IOException {
        if (content instanceof GuestFileSystem.Handled handled) {
            FileSystemName own = of(window, handled.facts().type());
            // Some keep their label in a file of their own, which only their reader finds.
            String label = own.label.isEmpty() ? handled.facts().label() : own.label;
            return new FileSystemName(label, own.uuid);
        }
        if (content instanceof GuestFileSystem.Refused refused) {
            return of(window, refused.type());
        }
        // A type in a partition table is no proof that something was made there.
        List<String> marks = Signature.find(window);
        return marks.size() == 1 ? of(window, marks.get(0)) : NONE;
    }

    private static FileSystemName of(GuestWindow window, String type) throws IOException {
        return switch (type) {
            case "ext2/3/4", "ext2", "ext3", "ext4" -> at(window, 1024 + 0x68, 1024 + 0x78, 16);
            case "xfs" -> at(window, 32, 108, 12);
            case "btrfs" -> at(window, 0x10020, 0x1012B, 256);
            case "Linux swap" -> at(window, 1024 + 12, 1024 + 28, 16);
            case "LUKS" -> new FileSystemName("", text(window, 168, 40));
            case "ntfs" -> serial(window, 72, Long.BYTES);
            case "exfat" -> serial(window, 100, Integer.BYTES);
            case "fat", "fat12", "fat16", "fat32" -> fat(window);
            default -> NONE;
        };
    }

    private static FileSystemName at(GuestWindow window, long uuidAt, long labelAt, int labelBytes) throws IOException {
        if (!window.has(uuidAt, 16)) {
            return NONE;
        }
        ByteBuffer b = window.read(uuidAt, 16, ByteOrder.BIG_ENDIAN);
        UUID uuid = new UUID(b.getLong(0), b.getLong(8));
        boolean none = uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0;
        return new FileSystemName(text(window, labelAt, labelBytes), none ? "" : uuid.toString());
    }

    private static String text(GuestWindow window, long at, int length) throws IOException {
        return window.has(at, length)
                ? GuestText.zeroEnded(window.read(at, length, ByteOrder.LITTLE_ENDIAN), 0, length)
                : "";
    }

    /** What Windows calls a serial number. */
    private static FileSystemName serial(GuestWindow window, int at, int length) throws IOException {
        if (!window.has(at, length)) {
            return NONE;
        }
        ByteBuffer b = window.read(at, length, ByteOrder.LITTLE_ENDIAN);
        return new FileSystemName(
                "",
                length == Long.BYTES
                        ? String.format(Locale.ROOT, "%016X", b.getLong(0))
                        : String.format(Locale.ROOT, "%04X-%04X", b.getInt(0) >>> 16, b.getInt(0) & 0xFFFF));
    }

    private static FileSystemName fat(GuestWindow window) throws IOException {
        if (!window.has(0, MOST_BYTES)) {
            return NONE;
        }
        ByteBuffer b = window.read(0, MOST_BYTES, ByteOrder.LITTLE_ENDIAN);
        int extended = b.getShort(22) == 0 ? 66 : 38;
        if (b.get(extended) != FAT_EXTENDED) {
            return NONE;
        }
        String label = GuestText.padded(b, extended + 5, 11);
        return new FileSystemName(
                label.equals("NO NAME") ? "" : label, serial(window, extended + 1, Integer.BYTES).uuid);
    }
}

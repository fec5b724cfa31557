package io.vmdisk.guest.scan;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Marks by which things are known that vmdisk does not read: containers, swap and other file systems.
 *
 * @param what how people call it
 * @param at the byte of the partition at which the mark stands
 * @param mark the bytes
 */
record Signature(String what, long at, byte[] mark) {
    private static final List<Signature> KNOWN = List.of(
            hex("LUKS", 0, "4C554B53BABE"),
            text("BitLocker", 3, "-FVE-FS-"),
            hex("BitLocker", 0x1A8, "3BD66749292ED84A8399F6A339E3D001"),
            text("LVM2", 0x018, "LVM2 001"),
            text("LVM2", 0x218, "LVM2 001"),
            text("LVM2", 0x418, "LVM2 001"),
            text("LVM2", 0x618, "LVM2 001"),
            hex("Linux software RAID", 0, "FC4E2BA901000000"),
            hex("Linux software RAID", 4096, "FC4E2BA901000000"),
            text("Linux swap", 4096 - 10, "SWAPSPACE2"),
            text("Linux swap", 8192 - 10, "SWAPSPACE2"),
            text("Linux swap", 16384 - 10, "SWAPSPACE2"),
            text("Linux swap", 65536 - 10, "SWAPSPACE2"),
            text("Linux swap", 4096 - 10, "SWAP-SPACE"),
            text("Linux hibernation image", 4096 - 10, "S1SUSPEND"),
            text("btrfs", 0x10040, "_BHRfS_M"),
            text("ReFS", 3, "ReFS\0\0\0\0"),
            text("APFS", 32, "NXSB"),
            hex("HFS+", 1024, "482B0004"),
            hex("HFSX", 1024, "48580005"),
            hex("VMFS", 0x100000, "0DD001C0"),
            hex("F2FS", 1024, "1020F5F2"),
            text("JFS", 32768, "JFS1"),
            text("ReiserFS", 65536 + 52, "ReIsEr"),
            text("ISO 9660", 32769, "CD001"),
            text("squashfs", 0, "hsqs"),
            hex("UFS2", 65536 + 1372, "19015419"),
            hex("UFS1", 8192 + 1372, "54190100"),
            hex("bcache", 4096 + 24, "C68573F64E1A45CA8265F57F48BA6D81"),
            text("VDO", 0, "dmvdo001"));

    private static final int RAID_MAGIC = 0xA92B4EFC;
    private static final int ZFS_RING_AT = 128 << 10;
    private static final long ZFS_UBERBLOCK_MAGIC = 0x00BAB10CL;

    private static Signature hex(String what, long at, String mark) {
        return new Signature(what, at, HexFormat.of().parseHex(mark));
    }

    private static Signature text(String what, long at, String mark) {
        return new Signature(what, at, mark.getBytes(StandardCharsets.US_ASCII));
    }

    /** What is recognised in the window, each once. */
    static List<String> find(GuestWindow window) throws IOException {
        List<String> found = new ArrayList<>();
        for (Signature signature : KNOWN) {
            if (signature.isIn(window)) {
                found.add(signature.what);
            }
        }
        if (hasRaidAtEnd(window)) {
            found.add("Linux software RAID");
        }
        if (hasZfsUberblock(window)) {
            found.add("ZFS");
        }
        return found.stream().distinct().toList();
    }

    private boolean isIn(GuestWindow window) throws IOException {
        if (!window.has(at, mark.length)) {
            return false;
        }
        return window.read(at, mark.length, ByteOrder.LITTLE_ENDIAN).equals(ByteBuffer.wrap(mark));
    }

    /** Versions 0.90 and 1.0 keep their superblock near the end, aligned to 64 KiB and 4 KiB. */
    private static boolean hasRaidAtEnd(GuestWindow window) throws IOException {
        long version090 = (window.size() & -65536L) - 65536;
        long version10 = (window.size() - 8192) & -4096L;
        for (long at : new long[] {version090, version10}) {
            if (window.has(at, 4) && window.read(at, 4, ByteOrder.LITTLE_ENDIAN).getInt(0) == RAID_MAGIC) {
                return true;
            }
        }
        return false;
    }

    /** A ring of 128 one-KiB uberblocks, of which any may be in use, of either byte order. */
    private static boolean hasZfsUberblock(GuestWindow window) throws IOException {
        int length = 128 << 10;
        if (!window.has(ZFS_RING_AT, length)) {
            return false;
        }
        ByteBuffer ring = window.read(ZFS_RING_AT, length, ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < length; at += 1024) {
            long magic = ring.getLong(at);
            if (magic == ZFS_UBERBLOCK_MAGIC || Long.reverseBytes(magic) == ZFS_UBERBLOCK_MAGIC) {
                return true;
            }
        }
        return false;
    }
}

package io.vmdisk.guest.scan;

import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.testkit.ByteEdits;
import io.vmdisk.testkit.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a guest wrote: partition tables and file systems. The first byte of an input chooses what stands at the start of an
 * otherwise empty disk, the rest changes it.
 */
public final class GuestFuzz implements FuzzTarget {
    private static final int SIZE = 4 << 20;
    private static final int SECTOR = 512;

    private record Disk(byte[] bytes) implements GuestBytes {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long at, ByteBuffer into) {
            into.put(bytes, (int) at, into.remaining());
        }
    }

    private final List<byte[]> starts = List.of(mbr(), gpt(), ext(), xfs(), ntfs(), fat(), exfat());

    private static byte[] blank() {
        return new byte[64 << 10];
    }

    private static byte[] put(byte[] bytes, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, text.length());
        return bytes;
    }

    private static byte[] mbr() {
        return put(put(blank(), 446, "\u0080\0\0\0\u0083\0\0\0\u0008\0\0\0\0\u0010\0\0"), 510, "\u0055\u00AA");
    }

    private static byte[] gpt() {
        byte[] bytes = put(put(blank(), 446, "\0\0\0\0\u00EE\0\0\0\u0001\0\0\0\u00FF\u001F\0\0"), 510, "\u0055\u00AA");
        return put(bytes, SECTOR, "EFI PART\0\0\1\0\\\0\0\0");
    }

    private static byte[] ext() {
        byte[] bytes = blank();
        ByteBuffer at = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        at.putInt(1024, 128)
                .putInt(1028, 1024)
                .putInt(1044, 1)
                .putInt(1056, 8192)
                .putInt(1060, 8192)
                .putInt(1064, 128);
        at.putShort(1080, (short) 0xEF53)
                .putShort(1082, (short) 1)
                .putInt(1100, 1)
                .putShort(1112, (short) 128);
        return bytes;
    }

    private static byte[] xfs() {
        byte[] bytes = put(blank(), 0, "XFSB");
        ByteBuffer at = ByteBuffer.wrap(bytes);
        at.putInt(4, 4096).putLong(8, 1024).putInt(84, 256).putInt(88, 4);
        at.putShort(100, (short) 0xB4A5)
                .putShort(102, (short) 512)
                .putShort(104, (short) 512)
                .putShort(106, (short) 8);
        return bytes;
    }

    private static byte[] ntfs() {
        byte[] bytes = put(blank(), 3, "NTFS    ");
        ByteBuffer at = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        at.putShort(11, (short) 512)
                .put(13, (byte) 8)
                .putLong(40, 8191)
                .putLong(48, 4)
                .putLong(56, 2)
                .put(64, (byte) 0xF6);
        put(bytes, 4 * 4096, "FILE");
        return put(bytes, 510, "\u0055\u00AA");
    }

    private static byte[] fat() {
        byte[] bytes = put(blank(), 0, "\u00EB\u003C\u0090mkfs.fat");
        ByteBuffer at = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        at.putShort(11, (short) 512)
                .put(13, (byte) 4)
                .putShort(14, (short) 1)
                .put(16, (byte) 2)
                .putShort(17, (short) 512);
        at.putShort(19, (short) 8192).put(21, (byte) 0xF8).putShort(22, (short) 8);
        put(bytes, 512, "\u00F8\u00FF\u00FF");
        put(bytes, 512 * 9, "\u00F8\u00FF\u00FF");
        return put(put(bytes, 54, "FAT12   "), 510, "\u0055\u00AA");
    }

    private static byte[] exfat() {
        byte[] bytes = put(blank(), 0, "\u00EB\u0076\u0090EXFAT   ");
        ByteBuffer at = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        at.putLong(72, 8192)
                .putInt(80, 24)
                .putInt(84, 16)
                .putInt(88, 64)
                .putInt(92, 1000)
                .putInt(96, 5);
        at.put(108, (byte) 9).put(109, (byte) 3).put(110, (byte) 1);
        return put(bytes, 510, "\u0055\u00AA");
    }

    @Override
    public List<byte[]> seeds() {
        return java.util.stream.IntStream.range(0, starts.size())
                .mapToObj(i -> new byte[] {(byte) i, 0, 0, 1, 0, (byte) i})
                .toList();
    }

    @Override
    public void run(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] start = starts.get((input[0] & 0xFF) % starts.size());
        byte[] disk = Arrays.copyOf(ByteEdits.apply(start, ByteBuffer.wrap(input, 1, input.length - 1)), SIZE);
        for (GuestPartition partition : GuestScan.scan(new Disk(disk))) {
            if (partition.content() instanceof GuestFileSystem.Handled handled) {
                long[] end = {0};
                handled.space().walk((from, length) -> {
                    if (from < end[0] || length <= 0 || from + length > SIZE) {
                        throw new AssertionError("free space at " + from + "+" + length + " after " + end[0]);
                    }
                    end[0] = from + length;
                });
            }
        }
    }
}

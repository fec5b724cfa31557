package io.vmdisk.guest.ntfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The guard of NTFS against torn writes: the last two bytes of every 512 are replaced by a number that is the same in
 * the whole record; the bytes themselves are kept in its head.
 */
final class NtfsFixups {
    private static final int STRIDE = 512;

    private NtfsFixups() {}

    /** Checks that the record was written whole and puts the bytes back. */
    static void undo(GuestWindow window, long at, ByteBuffer record) throws IOException {
        int list = record.getShort(4) & 0xFFFF;
        int count = record.getShort(6) & 0xFFFF;
        int strides = record.limit() / STRIDE;
        if (count != strides + 1 || list < 8 || list + 2 * count > STRIDE - 2) {
            throw window.malformed(
                    "ntfs-fixups",
                    at,
                    "an NTFS record has " + count + " update words at " + list + ", expected " + (strides + 1));
        }
        short number = record.getShort(list);
        for (int i = 1; i <= strides; i++) {
            int end = i * STRIDE - 2;
            if (record.getShort(end) != number) {
                throw window.malformed("ntfs-fixups", at, "an NTFS record was not written whole");
            }
            record.putShort(end, record.getShort(list + 2 * i));
        }
    }
}

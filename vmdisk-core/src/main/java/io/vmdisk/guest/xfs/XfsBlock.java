package io.vmdisk.guest.xfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** What the self-describing metadata of XFS version 5 has in common: a CRC-32C over the whole block, stored little-endian. */
final class XfsBlock {
    private XfsBlock() {}

    /** The checksum counts as zero while it is computed. */
    static void requireChecksum(GuestWindow window, long at, ByteBuffer block, int crcAt) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, crcAt));
        crc.update(new byte[4]);
        crc.update(block.slice(crcAt + 4, block.limit() - crcAt - 4));
        int stored = block.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(crcAt);
        if ((int) crc.getValue() != stored) {
            throw window.malformed("xfs-checksum", at, "the checksum of an XFS metadata block is wrong");
        }
    }
}

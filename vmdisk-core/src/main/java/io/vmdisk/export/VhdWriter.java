package io.vmdisk.export;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Writes a fixed VHD: the bytes of the disk, zeros as holes, and a footer of 512 bytes behind them. Big-endian.
 *
 * <pre>
 *  0 "conectix"   8 features 2    12 version 1.0   16 no further header   24 time: 0, so that the same disk is the same file
 * 28 creator "win ", whose readers go by the size and not by the geometry   32 its version   36 "Wi2k"
 * 40 size         48 size again   56 cylinders, heads, sectors   60 type 2, fixed   64 checksum   68 UUID
 * </pre>
 *
 * <p>(Microsoft's Virtual Hard Disk Image Format Specification, 2006.)
 */
final class VhdWriter implements ImageWriter {
    /** What file systems allocate. */
    static final int UNIT = 4096;

    /** 2040 GiB, as Hyper-V and Azure have it. */
    static final long MAX_BYTES = 2040L << 30;

    private static final int FOOTER_BYTES = 512;
    private static final int RESERVED = 2;
    private static final int VERSION = 0x0001_0000;
    private static final int CREATOR_VERSION = 0x000A_0000;
    private static final int FIXED = 2;
    private static final int CHECKSUM_AT = 64;

    private final BlockFile file;
    private final long capacity;
    private final RandomGenerator identifiers;

    VhdWriter(BlockFile file, long capacity, RandomGenerator identifiers) {
        this.file = file;
        this.capacity = capacity;
        this.identifiers = identifiers;
    }

    static long imageBytes(long capacity) {
        return capacity + FOOTER_BYTES;
    }

    @Override
    public long place(long at, long length) {
        return at;
    }

    @Override
    public void finish() throws IOException {
        file.setSize(capacity + FOOTER_BYTES);
        file.writeFully(capacity, footer());
    }

    private ByteBuffer footer() {
        ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES);
        footer.put("conectix".getBytes(StandardCharsets.US_ASCII))
                .putInt(RESERVED)
                .putInt(VERSION)
                .putLong(-1)
                .putInt(0);
        footer.put("win ".getBytes(StandardCharsets.US_ASCII)).putInt(CREATOR_VERSION);
        footer.put("Wi2k".getBytes(StandardCharsets.US_ASCII)).putLong(capacity).putLong(capacity);
        footer.putInt(geometry(capacity / Sector.BYTES)).putInt(FIXED).putInt(0);
        footer.putLong(identifiers.nextLong()).putLong(identifiers.nextLong());
        int sum = 0;
        for (byte b : footer.array()) {
            sum += Byte.toUnsignedInt(b);
        }
        return footer.putInt(CHECKSUM_AT, ~sum).clear();
    }

    /** As the specification's appendix computes it: cylinders in the upper half, then heads, then sectors. */
    private static int geometry(long wanted) {
        long total = Math.min(wanted, 65535L * 16 * 255);
        int sectors;
        int heads;
        long tracks;
        if (total >= 65535L * 16 * 63) {
            sectors = 255;
            heads = 16;
            tracks = total / sectors;
        } else {
            sectors = 17;
            tracks = total / sectors;
            heads = (int) Math.max(4, (tracks + 1023) / 1024);
            if (tracks >= heads * 1024L || heads > 16) {
                sectors = 31;
                heads = 16;
                tracks = total / sectors;
            }
            if (tracks >= heads * 1024L) {
                sectors = 63;
                heads = 16;
                tracks = total / sectors;
            }
        }
        return (int) (tracks / heads) << 16 | heads << 8 | sectors;
    }
}

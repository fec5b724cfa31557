package io.vmdisk.guest.ext;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The two checksums of ext4 as it uses them: CRC-32C without the final inversion, started from a seed of the file
 * system, and CRC-16 (polynomial 0x8005, reflected).
 */
final class ExtChecksum {
    private static final int CRC32C_POLYNOMIAL = 0x82F63B78;
    private static final int CRC16_POLYNOMIAL = 0xA001;

    private final CRC32C crc = new CRC32C();

    private ExtChecksum() {}

    /** Starts with all ones, as the superblock's own checksum does. */
    static ExtChecksum unseeded() {
        return new ExtChecksum();
    }

    /**
     * Starts from any state. The JDK's (fast) CRC always starts with all ones, so it is fed the four bytes that lead
     * from there to the seed; they follow from running the register 32 steps backwards.
     */
    static ExtChecksum seeded(int seed) {
        int register = seed;
        for (int bit = 0; bit < 32; bit++) {
            register = register < 0 ? ((register ^ CRC32C_POLYNOMIAL) << 1) | 1 : register << 1;
        }
        return new ExtChecksum().add(~register);
    }

    /** A little-endian number. */
    ExtChecksum add(int value) {
        return add(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }

    /** What remains of {@code bytes}, whose position does not move. */
    ExtChecksum add(ByteBuffer bytes) {
        crc.update(bytes.duplicate());
        return this;
    }

    /** The checksum of all that was added. */
    int value() {
        return ~(int) crc.getValue();
    }

    /** Continues a CRC-16, which starts with {@code 0xFFFF}. */
    static int crc16(int before, ByteBuffer bytes) {
        int crc = before;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            crc ^= bytes.get(i) & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ CRC16_POLYNOMIAL : crc >>> 1;
            }
        }
        return crc;
    }
}

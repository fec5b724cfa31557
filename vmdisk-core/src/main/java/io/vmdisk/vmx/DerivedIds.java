package io.vmdisk.vmx;

import com.google.common.io.BaseEncoding;
import java.util.Locale;

/**
 * Values that hosts derive from a machine's UUID; a copied machine must get new ones.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DerivedIds {
    /** The distance between the generated addresses of neighbouring adapters. */
    public static final int MAC_STEP = 10;

    private static final long GENERATED_VENDOR = 0x000C29L << 24;
    private static final long LOW_24_BITS = 0xFF_FFFFL;

    private DerivedIds() {}

    /**
     * {@return the offset that a host gives an adapter: {@link #MAC_STEP} times its number}
     *
     * @param nic the adapter's number, from 0
     */
    public static int macOffset(int nic) {
        return nic * MAC_STEP;
    }

    /**
     * {@return the address of an adapter with {@code addressType = "generated"}: {@code 00:0c:29} and the last three
     * bytes of the UUID plus the offset, modulo 2^24}
     *
     * @param uuid {@code uuid.bios} or {@code uuid.location}
     * @param offset as {@link #macOffset}
     */
    public static MacAddress generatedMac(VmUuid uuid, long offset) {
        long tail = (long) uuid.at(13) << 16 | (long) uuid.at(14) << 8 | uuid.at(15);
        return new MacAddress(GENERATED_VENDOR | (tail + offset) & LOW_24_BITS);
    }

    /**
     * {@return {@code vmci0.id}: the last four bytes of {@code uuid.bios} as a signed number}
     *
     * @param bios the machine's {@code uuid.bios}
     */
    public static int vmciId(VmUuid bios) {
        return bios.at(12) << 24 | bios.at(13) << 16 | bios.at(14) << 8 | bios.at(15);
    }

    /**
     * {@return {@code scsi0.sasWWID}: the NAA prefix {@code 5005056}, the hex digits 7 to 14 of {@code uuid.bios}
     * counted from 0, and a zero, as bytes with blanks between them}
     *
     * @param bios the machine's {@code uuid.bios}
     */
    public static String sasWwid(VmUuid bios) {
        StringBuilder digits = new StringBuilder("5005056");
        StringBuilder uuid = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            uuid.append(String.format(Locale.ROOT, "%02x", bios.at(i)));
        }
        digits.append(uuid, 7, 15).append('0');
        BaseEncoding hex = BaseEncoding.base16().lowerCase();
        return hex.withSeparator(" ", 2).encode(hex.decode(digits));
    }
}

package io.vmdisk.vmx;

import com.google.common.io.BaseEncoding;
import java.util.Locale;

/**
 * Values that hosts derive from a machine's UUID; a copied machine must get them anew.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DerivedIds {
    /** How far apart the generated addresses of neighbouring adapters are. */
    public static final int MAC_STEP = 10;

    private static final long GENERATED_VENDOR = 0x000C29L << 24;
    private static final long LOW_24_BITS = 0xFF_FFFFL;

    private DerivedIds() {}

    /** The offset a host gives an adapter: ten for each number. */
    public static int macOffset(int nic) {
        return nic * MAC_STEP;
    }

    /** The address of an adapter with {@code addressType = "generated"}: the UUID's tail plus the offset. */
    public static MacAddress generatedMac(VmUuid uuid, long offset) {
        long tail = (long) uuid.at(13) << 16 | (long) uuid.at(14) << 8 | uuid.at(15);
        return new MacAddress(GENERATED_VENDOR | (tail + offset) & LOW_24_BITS);
    }

    /** {@code vmci0.id}: the last four bytes of {@code uuid.bios} as a signed number. */
    public static int vmciId(VmUuid bios) {
        return bios.at(12) << 24 | bios.at(13) << 16 | bios.at(14) << 8 | bios.at(15);
    }

    /** {@code scsi0.sasWWID}: VMware's NAA-5 prefix and eight nibbles from the middle of {@code uuid.bios}. */
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

package io.vmdisk.vmx;

import com.google.common.io.BaseEncoding;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A machine's UUID as its file writes it: sixteen bytes with a dash behind the eighth.
 *
 * <p>Immutable. The order of the text is the order of the bytes, without the swapped fields that the guest's SMBIOS
 * shows from hardware version 13 on.
 *
 * @since 0.1
 */
public final class VmUuid {
    private static final int BYTES = 16;
    private static final BaseEncoding HEX = BaseEncoding.base16().lowerCase();

    private final byte[] bytes;

    private VmUuid(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * {@return the UUID that a text holds; empty if it holds none}
     *
     * @param text such as {@code 56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15}, or 32 hex digits with any blanks and
     *     dashes, at most 64 characters
     */
    public static Optional<VmUuid> parse(String text) {
        if (text.length() > 64) {
            return Optional.empty();
        }
        String digits = text.replace(" ", "").replace("-", "").toLowerCase(java.util.Locale.ROOT);
        return digits.length() == 2 * BYTES && HEX.canDecode(digits)
                ? Optional.of(new VmUuid(HEX.decode(digits)))
                : Optional.empty();
    }

    /**
     * {@return a new UUID like those that hosts generate: it begins with {@code 56 4d}, the letters VM}
     *
     * @param random gives the other fourteen bytes
     */
    public static VmUuid generate(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        bytes[0] = 'V';
        bytes[1] = 'M';
        return new VmUuid(bytes);
    }

    /**
     * {@return one of the sixteen bytes, from 0 to 255}
     *
     * @param index from 0 to 15
     */
    public int at(int index) {
        return bytes[index] & 0xFF;
    }

    /** {@return the text as a file holds it, in lower case} */
    @Override
    public String toString() {
        String spaced = HEX.withSeparator(" ", 2).encode(bytes);
        return spaced.substring(0, 23) + "-" + spaced.substring(24);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VmUuid uuid && Arrays.equals(bytes, uuid.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}

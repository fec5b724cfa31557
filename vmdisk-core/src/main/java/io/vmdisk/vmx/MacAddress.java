package io.vmdisk.vmx;

import com.google.common.io.BaseEncoding;
import java.util.Locale;
import java.util.Optional;

/**
 * A MAC address.
 *
 * @param value its 48 bits, the first byte of the text highest
 * @since 0.1
 */
public record MacAddress(long value) {
    private static final long GENERATED = 0x000C29L;
    private static final long VMWARE = 0x005056L;
    private static final long MAX = 0xFFFF_FFFF_FFFFL;
    private static final BaseEncoding HEX = BaseEncoding.base16().lowerCase();

    /**
     * Refuses more than 48 bits with {@link IllegalArgumentException}.
     *
     * @param value from 0 to 2^48 - 1
     */
    public MacAddress {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException("not 48 bits: " + value);
        }
    }

    /**
     * {@return the address that a text holds; empty if it holds none}
     *
     * @param text such as {@code 00:0c:29:aa:bb:cc}, with colons or dashes, in upper or lower case
     */
    public static Optional<MacAddress> parse(String text) {
        if (!text.matches("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}")) {
            return Optional.empty();
        }
        return Optional.of(new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16)));
    }

    /** {@return the first three bytes, which are the vendor's} */
    public long vendor() {
        return value >> 24;
    }

    /** {@return whether a host generated it: it begins with {@code 00:0c:29}} */
    public boolean isGenerated() {
        return vendor() == GENERATED;
    }

    /** {@return whether users may assign it: {@code 00:50:56:00:00:00} to {@code 00:50:56:3f:ff:ff}} */
    public boolean isInStaticRange() {
        return vendor() == VMWARE && fourth() < 0x40;
    }

    /**
     * {@return whether it is in the range that vCenter assigns: {@code 00:50:56:80:00:00} to {@code 00:50:56:bf:ff:ff}}
     */
    public boolean isInVcenterRange() {
        return vendor() == VMWARE && fourth() >= 0x80 && fourth() < 0xC0;
    }

    /** {@return whether it begins with {@code 00:50:56} and is in neither range, which is reserved for hosts} */
    public boolean isReserved() {
        return vendor() == VMWARE && !isInStaticRange() && !isInVcenterRange();
    }

    /** {@return the fourth byte, from 0 to 255; in vCenter's range 0x80 plus the number of the vCenter} */
    public int fourth() {
        return (int) (value >> 16 & 0xFF);
    }

    /** {@return whether it is the address of a group, which no adapter may have} */
    public boolean isMulticast() {
        return (value >> 40 & 1) != 0;
    }

    @Override
    public String toString() {
        String digits = String.format(Locale.ROOT, "%012x", value);
        return HEX.withSeparator(":", 2).encode(HEX.decode(digits));
    }
}

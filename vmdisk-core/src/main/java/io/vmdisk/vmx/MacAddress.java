package io.vmdisk.vmx;

import com.google.common.io.BaseEncoding;
import java.util.Locale;
import java.util.Optional;

/**
 * A MAC address.
 *
 * @param value its 48 bits
 * @since 0.1
 */
public record MacAddress(long value) {
    private static final long GENERATED = 0x000C29L;
    private static final long VMWARE = 0x005056L;
    private static final long MAX = 0xFFFF_FFFF_FFFFL;
    private static final BaseEncoding HEX = BaseEncoding.base16().lowerCase();

    /** Refuses more than 48 bits. */
    public MacAddress {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException("not 48 bits: " + value);
        }
    }

    /** Reads {@code 00:0c:29:aa:bb:cc}, with colons or dashes, in any case. */
    public static Optional<MacAddress> parse(String text) {
        if (!text.matches("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}")) {
            return Optional.empty();
        }
        return Optional.of(new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16)));
    }

    /** The vendor's half. */
    public long vendor() {
        return value >> 24;
    }

    /** Whether a host made it: {@code 00:0c:29}. */
    public boolean isGenerated() {
        return vendor() == GENERATED;
    }

    /** Whether it may be given by hand: {@code 00:50:56:00:00:00} to {@code 00:50:56:3f:ff:ff}. */
    public boolean isInStaticRange() {
        return vendor() == VMWARE && fourth() < 0x40;
    }

    /** Whether it is in the range vCenter gives from: {@code 00:50:56:80:00:00} to {@code 00:50:56:bf:ff:ff}. */
    public boolean isInVcenterRange() {
        return vendor() == VMWARE && fourth() >= 0x80 && fourth() < 0xC0;
    }

    /** Whether it is VMware's and reserved for hosts. */
    public boolean isReserved() {
        return vendor() == VMWARE && !isInStaticRange() && !isInVcenterRange();
    }

    /** The fourth byte; in vCenter's range it is 0x80 plus the vCenter's number. */
    public int fourth() {
        return (int) (value >> 16 & 0xFF);
    }

    /** Whether it is a group's address, which no adapter may have. */
    public boolean isMulticast() {
        return (value >> 40 & 1) != 0;
    }

    @Override
    public String toString() {
        String digits = String.format(Locale.ROOT, "%012x", value);
        return HEX.withSeparator(":", 2).encode(HEX.decode(digits));
    }
}

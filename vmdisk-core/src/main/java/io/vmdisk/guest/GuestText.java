package io.vmdisk.guest;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Names as guests store them: fixed fields, padded with zeros or blanks, in whatever bytes they like. */
public final class GuestText {
    private GuestText() {}

    /** A field that ends at the first zero byte; undecodable bytes become replacement characters. */
    public static String zeroEnded(ByteBuffer bytes, int at, int length) {
        int end = at;
        while (end < at + length && bytes.get(end) != 0) {
            end++;
        }
        return decode(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    /** A field padded with blanks. */
    public static String padded(ByteBuffer bytes, int at, int length) {
        return decode(bytes, at, length, StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** A field of UTF-16 that ends at the first zero character. */
    public static String utf16(ByteBuffer bytes, int at, int length) {
        String text = decode(bytes, at, length, StandardCharsets.UTF_16LE);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static String decode(ByteBuffer bytes, int at, int length, Charset charset) {
        byte[] raw = new byte[length];
        bytes.get(at, raw);
        return new String(raw, charset);
    }
}

package io.vmdisk.dictionary;

import java.nio.charset.StandardCharsets;

/**
 * How a physical line ends.
 *
 * @since 0.1
 */
public enum LineEnd {
    /** Unix. */
    LF("\n"),
    /** Windows. */
    CRLF("\r\n"),
    /** A lone carriage return, as old Macs wrote it. */
    CR("\r"),
    /** The last line of a file that has no terminator. */
    NONE("");

    private final String text;

    LineEnd(String text) {
        this.text = text;
    }

    /** {@return the characters themselves; empty for {@link #NONE}} */
    public String text() {
        return text;
    }

    int length() {
        return text.length();
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

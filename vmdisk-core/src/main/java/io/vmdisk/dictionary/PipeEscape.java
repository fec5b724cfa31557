package io.vmdisk.dictionary;

import java.io.ByteArrayOutputStream;

/**
 * The escape of dictionary values: a pipe and two hex digits stand for one byte.
 *
 * <p>Decoding never fails and follows VMware's reader state by state, which matters for sequences that are no escapes: a
 * pipe that is not followed by two hex digits is literal together with the byte that disproved it, and scanning goes on
 * behind that byte, so {@code ||22} stays {@code ||22}. Encoding escapes control bytes except the tab, the quote, the
 * pipe and DEL, with upper-case digits. Works on bytes, before any charset.
 */
final class PipeEscape {
    private static final byte PIPE = '|';
    private static final int DEL = 0x7F;

    private PipeEscape() {}

    static byte[] decode(byte[] bytes, int start, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - start);
        int at = start;
        while (at < end) {
            int length = literalPipeLength(bytes, at, end);
            if (bytes[at] != PIPE) {
                out.write(bytes[at++]);
            } else if (length == 0) {
                out.write(Character.digit(bytes[at + 1], 16) << 4 | Character.digit(bytes[at + 2], 16));
                at += 3;
            } else {
                out.write(bytes, at, length);
                at += length;
            }
        }
        return out.toByteArray();
    }

    /** How many bytes from a pipe on are literal: 0 for an escape. */
    private static int literalPipeLength(byte[] bytes, int at, int end) {
        if (at + 1 >= end) {
            return 1;
        }
        if (!isHex(bytes[at + 1])) {
            return 2;
        }
        if (at + 2 >= end) {
            return 2;
        }
        return isHex(bytes[at + 2]) ? 0 : 3;
    }

    /** Whether decoders could disagree on these bytes: a pipe that starts no escape. */
    static boolean isAmbiguous(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            if (bytes[at] == PIPE) {
                if (literalPipeLength(bytes, at, end) != 0) {
                    return true;
                }
                at += 2;
            }
        }
        return false;
    }

    static byte[] encode(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 8);
        for (byte b : bytes) {
            if (mustEscape(b)) {
                out.write(PIPE);
                out.write(upperHex(b >> 4));
                out.write(upperHex(b));
            } else {
                out.write(b);
            }
        }
        return out.toByteArray();
    }

    private static boolean mustEscape(byte b) {
        return b >= 0 && b < ' ' && b != '\t' || b == '"' || b == PIPE || b == DEL;
    }

    private static int upperHex(int nibble) {
        return "0123456789ABCDEF".charAt(nibble & 0xF);
    }

    private static boolean isHex(byte b) {
        return Character.digit(b, 16) >= 0;
    }
}

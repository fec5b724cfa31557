package io.vmdisk.snapshot.vmsn;

/**
 * Expands the byte-oriented LZ77 stream of a compressed block of memory.
 *
 * <p>A control byte up to 0x1f starts a literal run of one byte more; any other one is a match: length in its upper three
 * bits (7 means more length bytes follow), distance in its lower five and the next byte, with two more bytes for far
 * matches. A match may reach before the start, where everything is zero, and may overlap what it writes.
 */
final class LzBlock {
    private static final int LONGEST_SHORT = 7;
    private static final int LOW_BITS = 0x1f;
    private static final int FAR = 0x2000;

    private final byte[] in;
    private final byte[] out;
    private int from;
    private int to;

    private LzBlock(byte[] in, byte[] out) {
        this.in = in;
        this.out = out;
    }

    /** Whether {@code in} expands to exactly {@code out.length} bytes. */
    static boolean expand(byte[] in, byte[] out) {
        return new LzBlock(in, out).run();
    }

    private boolean run() {
        boolean good = in.length > 0 && literals(in[from++] & LOW_BITS);
        while (good && from < in.length) {
            int control = in[from++] & 0xff;
            good = control <= LOW_BITS ? literals(control) : match(control);
        }
        return good && to == out.length;
    }

    private boolean literals(int control) {
        int count = control + 1;
        if (count > in.length - from || count > out.length - to) {
            return false;
        }
        System.arraycopy(in, from, out, to, count);
        from += count;
        to += count;
        return true;
    }

    private boolean match(int control) {
        int length = (control >>> 5) + 2;
        if (length == LONGEST_SHORT + 2) {
            int more;
            do {
                if (from == in.length || length > out.length) {
                    return false;
                }
                more = in[from++] & 0xff;
                length += more;
            } while (more == 0xff);
        }
        if (from == in.length) {
            return false;
        }
        int low = in[from++] & 0xff;
        int distance = ((control & LOW_BITS) << 8 | low) + 1;
        if ((control & LOW_BITS) == LOW_BITS && low == 0xff) {
            if (from + 2 > in.length) {
                return false;
            }
            distance = FAR + ((in[from] & 0xff) << 8 | in[from + 1] & 0xff);
            from += 2;
        }
        return copy(distance, length);
    }

    private boolean copy(int distance, int length) {
        if (length > out.length - to) {
            return false;
        }
        int source = to - distance;
        for (int i = 0; i < length; i++, source++) {
            out[to++] = source < 0 ? 0 : out[source];
        }
        return true;
    }
}

package io.vmdisk.compress;

/**
 * Chooses the implementation: libdeflate where the JVM is new enough, native access is granted and the library is
 * installed, else {@code java.util.zip}. The choice is silent, as both speak the same format.
 *
 * <p>The system property {@value #PROPERTY} set to {@code java} forces {@code java.util.zip}.
 */
public final class Compression {
    /** Set to {@code java}, it keeps native libraries out. */
    public static final String PROPERTY = "vmdisk.compress";

    /** The longest input {@link #boundBytes} can answer for. */
    private static final int MAX_LENGTH = 1 << 30;

    private Compression() {}

    /**
     * A deflater for this thread; the caller closes it.
     *
     * @param level of zlib, 1, fast, to 9, small; from 6 on no implementation's streams are larger than zlib's, but for rare
     *     content by less than a percent
     */
    public static GrainDeflater deflater(int level) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("compression level is " + level + ", not 1 to 9");
        }
        GrainDeflater fast = nativeAllowed() ? Libdeflate.deflater(level) : null;
        return fast != null ? fast : new ZipDeflater(level);
    }

    /** An inflater for this thread; the caller closes it. */
    public static GrainInflater inflater() {
        GrainInflater fast = nativeAllowed() ? Libdeflate.inflater() : null;
        return fast != null ? fast : new ZipInflater();
    }

    /** What does the work, for logs and bug reports: {@code libdeflate} or {@code java.util.zip}. */
    public static String implementation() {
        return nativeAllowed() && Libdeflate.available() ? "libdeflate" : "java.util.zip";
    }

    /**
     * Room that the zlib stream of any {@code length} bytes fits in.
     *
     * <p>The widest of all known libraries' bounds: nine bits for each byte, and the wrapping.
     */
    public static int boundBytes(int length) {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("length is " + length + ", not 0 to " + MAX_LENGTH);
        }
        return length + (length >>> 3) + (length >>> 6) + 64;
    }

    private static boolean nativeAllowed() {
        return !"java".equals(System.getProperty(PROPERTY));
    }
}

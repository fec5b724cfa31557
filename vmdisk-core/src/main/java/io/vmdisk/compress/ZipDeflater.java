package io.vmdisk.compress;

import java.util.Objects;
import java.util.zip.Deflater;

/** {@code java.util.zip}: always there. */
final class ZipDeflater implements GrainDeflater {
    private final Deflater deflater;
    private boolean closed;

    ZipDeflater(int level) {
        deflater = new Deflater(level);
    }

    @Override
    public int deflate(byte[] src, int off, int len, byte[] dst, int dstOff) {
        if (closed) {
            throw new IllegalStateException("the deflater is closed");
        }
        Objects.checkFromIndexSize(dstOff, Compression.boundBytes(len), dst.length);
        deflater.reset();
        deflater.setInput(src, off, len);
        deflater.finish();
        int written = 0;
        while (!deflater.finished()) {
            int step = deflater.deflate(dst, dstOff + written, dst.length - dstOff - written);
            if (step == 0 && !deflater.finished()) {
                throw new IllegalStateException("zlib passed its bound for " + len + " bytes");
            }
            written += step;
        }
        return written;
    }

    @Override
    public void close() {
        closed = true;
        deflater.end();
    }
}

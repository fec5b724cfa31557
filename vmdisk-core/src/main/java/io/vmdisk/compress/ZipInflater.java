package io.vmdisk.compress;

import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** {@code java.util.zip}: always there, and the judge of what is well-formed. */
final class ZipInflater implements GrainInflater {
    private final Inflater zlib = new Inflater();
    /** Made on first use: hardly any file needs it. */
    private @Nullable Inflater raw;

    private final byte[] probe = new byte[1];
    private int consumed;
    private boolean closed;

    @Override
    public int inflate(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut) throws DataFormatException {
        requireOpen();
        return run(zlib, src, off, len, dst, dstOff, maxOut);
    }

    @Override
    public int inflateRaw(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut) throws DataFormatException {
        requireOpen();
        if (raw == null) {
            raw = new Inflater(true);
        }
        return run(raw, src, off, len, dst, dstOff, maxOut);
    }

    private int run(Inflater inflater, byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut)
            throws DataFormatException {
        Objects.checkFromIndexSize(dstOff, maxOut, dst.length);
        inflater.reset();
        inflater.setInput(src, off, len);
        int produced = 0;
        while (produced < maxOut && !inflater.finished()) {
            int step = step(inflater, dst, dstOff + produced, maxOut - produced);
            if (step == 0 && !inflater.finished()) {
                throw stuck(inflater, len, produced);
            }
            produced += step;
        }
        // A full output says nothing yet: the end mark and the checksum may still lie ahead, or one byte too many.
        while (!inflater.finished()) {
            if (step(inflater, probe, 0, 1) > 0) {
                throw new DataFormatException("compressed data holds more than the " + maxOut + " bytes expected");
            }
            if (!inflater.finished()) {
                throw stuck(inflater, len, produced);
            }
        }
        consumed = len - inflater.getRemaining();
        return produced;
    }

    private static int step(Inflater inflater, byte[] dst, int at, int room) throws DataFormatException {
        try {
            return inflater.inflate(dst, at, room);
        } catch (DataFormatException e) {
            String reason = e.getMessage();
            throw new DataFormatException("compressed data is damaged" + (reason == null ? "" : ": " + reason));
        }
    }

    private static DataFormatException stuck(Inflater inflater, int len, int produced) {
        return new DataFormatException(
                inflater.needsDictionary()
                        ? "compressed data asks for a preset dictionary, which no disk has"
                        : "compressed data is cut off after " + len + " bytes, of which " + produced
                                + " bytes could be unpacked");
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the inflater is closed");
        }
    }

    @Override
    public int consumedBytes() {
        return consumed;
    }

    @Override
    public void close() {
        closed = true;
        zlib.end();
        if (raw != null) {
            raw.end();
        }
    }
}

package io.vmdisk.compress;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** {@code java.util.zip}: always there, and the judge of what is well-formed. */
final class ZipInflater implements GrainInflater {
    private final Inflater zlib = new Inflater();
    /** Made on first use: hardly any file needs it. */
    private @Nullable Inflater raw;

    private final ByteBuffer probe = ByteBuffer.allocate(1);
    private int consumed;
    private boolean closed;

    @Override
    public int inflate(ByteBuffer src, ByteBuffer dst) throws DataFormatException {
        requireOpen();
        return run(zlib, src, dst);
    }

    @Override
    public int inflateRaw(ByteBuffer src, ByteBuffer dst) throws DataFormatException {
        requireOpen();
        if (raw == null) {
            raw = new Inflater(true);
        }
        return run(raw, src, dst);
    }

    private int run(Inflater inflater, ByteBuffer src, ByteBuffer dst) throws DataFormatException {
        int len = src.remaining();
        ByteBuffer out = dst.duplicate();
        inflater.reset();
        inflater.setInput(src.duplicate());
        while (out.hasRemaining() && !inflater.finished()) {
            if (step(inflater, out) == 0 && !inflater.finished()) {
                throw stuck(inflater, len, out.position() - dst.position());
            }
        }
        int produced = out.position() - dst.position();
        // A full output says nothing yet: the end mark and the checksum may still lie ahead, or one byte too many.
        while (!inflater.finished()) {
            if (step(inflater, probe.clear()) > 0) {
                throw new DataFormatException(
                        "compressed data holds more than the " + dst.remaining() + " bytes expected");
            }
            if (!inflater.finished()) {
                throw stuck(inflater, len, produced);
            }
        }
        consumed = len - inflater.getRemaining();
        return produced;
    }

    private static int step(Inflater inflater, ByteBuffer out) throws DataFormatException {
        try {
            return inflater.inflate(out);
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

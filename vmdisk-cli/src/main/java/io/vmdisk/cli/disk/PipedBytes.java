package io.vmdisk.cli.disk;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.look.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What comes through a pipe: known only when its first bytes have been read.
 *
 * @param bytes all of them, the first ones too
 * @param name for messages
 * @param head the first ones
 */
record PipedBytes(InputStream bytes, Path name, ByteBuffer head) {
    /** What a streamOptimized disk begins with. */
    private static final byte[] MAGIC = {'K', 'D', 'M', 'V'};

    private static final int HEAD_BYTES = 512;

    /** Reads the first bytes, and puts them back. */
    static PipedBytes of(InputStream in, Path name) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(in, HEAD_BYTES);
        byte[] head = bytes.readNBytes(HEAD_BYTES);
        bytes.unread(head);
        return new PipedBytes(bytes, name, ByteBuffer.wrap(head));
    }

    /** Whether it is a streamOptimized disk. */
    boolean isStream() {
        return head.remaining() >= MAGIC.length && head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** Nobody wants the bytes of a container for those of a disk; who does, says so. */
    void refuseForeign() throws UnsupportedFeatureException {
        FileKind kind = FileKind.of("", head);
        switch (kind) {
            case OVA, OVF, QCOW, VDI, VHDX, VHD, ARCHIVE ->
                throw new UnsupportedFeatureException(
                        "not-a-disk",
                        name,
                        "this is " + kind.words() + ", not the bytes of a disk",
                        "unpack it on its way, as in 'zcat FILE | vmdisk convert - …', or save it and convert it with its"
                                + " own tool; 'raw:-' takes its bytes as they are");
            default -> {}
        }
    }
}

package io.vmdisk.snapshot.vmsn;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds the bytes of one small group: tags copied as they are, blocks made new, then the terminator. */
final class TagWriter {
    private static final int BLOCK_SIZE = 0x3f;

    private final ByteArrayDataOutput out = ByteStreams.newDataOutput();

    /** Appends bytes unchanged. */
    TagWriter raw(byte[] bytes) {
        out.write(bytes);
        return this;
    }

    /** Appends a block without indices. */
    TagWriter block(String name, int paddingBytes, byte[] value) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer frame = ByteBuffer.allocate(2 + ascii.length + 2 * Long.BYTES + 2 + paddingBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.putShort((short) (ascii.length << 8 | BLOCK_SIZE)).put(ascii);
        frame.putLong(value.length).putLong(value.length).putShort((short) paddingBytes);
        out.write(frame.array());
        out.write(value);
        return this;
    }

    /** Appends the terminator. */
    TagWriter end() {
        out.writeShort(0);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}

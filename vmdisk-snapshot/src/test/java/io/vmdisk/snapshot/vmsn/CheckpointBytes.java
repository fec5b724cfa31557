package io.vmdisk.snapshot.vmsn;

import com.google.common.io.ByteArrayDataOutput;
import com.google.common.io.ByteStreams;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds checkpoints for tests, independently of the code that is tested. */
final class CheckpointBytes {
    private final int magic;
    private final List<String> names = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();

    CheckpointBytes(int magic) {
        this.magic = magic;
    }

    static CheckpointBytes complete() {
        return new CheckpointBytes(0xbed2bed2);
    }

    CheckpointBytes group(String name, byte[]... tags) {
        ByteArrayDataOutput out = ByteStreams.newDataOutput();
        for (byte[] tag : tags) {
            out.write(tag);
        }
        out.writeShort(0);
        return rawGroup(name, out.toByteArray());
    }

    CheckpointBytes rawGroup(String name, byte[] body) {
        names.add(name);
        bodies.add(body);
        return this;
    }

    static byte[] u32(String name, int value, int... indices) {
        return inline(name, le(4).putInt(0, value).array(), indices);
    }

    static byte[] inline(String name, byte[] value, int... indices) {
        ByteBuffer tag = le(2 + name.length() + 4 * indices.length + value.length);
        head(tag, value.length, name, indices);
        return tag.put(value).array();
    }

    static byte[] block(String name, String value, int... indices) {
        return block(name, value.getBytes(StandardCharsets.UTF_8), 0, indices);
    }

    static byte[] block(String name, byte[] value, int padding, int... indices) {
        return framed(0x3f, name, value, value.length, padding, indices);
    }

    static byte[] framed(int size, String name, byte[] value, long expanded, int padding, int... indices) {
        ByteBuffer tag = le(2 + name.length() + 4 * indices.length + 18 + padding + value.length);
        head(tag, size, name, indices);
        tag.putLong(value.length).putLong(expanded).putShort((short) padding);
        return tag.put(new byte[padding]).put(value).array();
    }

    static byte[] narrowBlock(String name, byte[] value) {
        ByteBuffer tag = le(2 + name.length() + 10 + value.length);
        head(tag, 0x3f, name);
        return tag.putInt(value.length)
                .putInt(value.length)
                .putShort((short) 0)
                .put(value)
                .array();
    }

    /** A block's frame without its bytes. */
    static byte[] frame(String name, long stored, long expanded, int padding, int... indices) {
        ByteBuffer tag = le(2 + name.length() + 4 * indices.length + 18 + padding);
        head(tag, 0x3f, name, indices);
        return tag.putLong(stored).putLong(expanded).putShort((short) padding).array();
    }

    private static void head(ByteBuffer tag, int size, String name, int... indices) {
        tag.putShort((short) (name.length() << 8 | indices.length << 6 | size));
        tag.put(name.getBytes(StandardCharsets.ISO_8859_1));
        for (int index : indices) {
            tag.putInt(index);
        }
    }

    static ByteBuffer le(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes() {
        int table = 12 + 80 * names.size();
        int size = table + bodies.stream().mapToInt(b -> b.length).sum();
        ByteBuffer file = le(size).putInt(magic).putInt(8).putInt(names.size());
        int at = table;
        for (int i = 0; i < names.size(); i++) {
            file.position(12 + 80 * i).put(names.get(i).getBytes(StandardCharsets.ISO_8859_1));
            file.position(12 + 80 * i + 64).putLong(at).putLong(bodies.get(i).length);
            file.position(at).put(bodies.get(i));
            at += bodies.get(i).length;
        }
        return file.array();
    }

    Path write(Path file) throws IOException {
        return write(file, bytes());
    }

    static Path write(Path file, byte[] bytes) throws IOException {
        try (BlockFile out = Volume.system().open(file, OpenMode.CREATE)) {
            out.writeFully(0, ByteBuffer.wrap(bytes));
        }
        return file;
    }
}

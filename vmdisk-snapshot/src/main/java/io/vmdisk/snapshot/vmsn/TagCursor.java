package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the tags of one group and skips their values, however large: memory is one small window of the file.
 *
 * <p>Damage ends the walk and is kept as a finding; what came before it stands. A tag whose block is cut off is still
 * handed out, since half a memory image is worth having. For one thread.
 */
final class TagCursor {
    /** 768 virtual processors with some hundred tags each stay well below. */
    static final int MAX_TAGS = 1 << 20;

    private static final int COMPRESSED_SIZE = 0x3e;
    private static final int BLOCK_SIZE = 0x3f;
    private static final int TERMINATOR_BYTES = 2;
    private static final int WINDOW_BYTES = 16 << 10;

    private final ByteSource file;
    private final CheckpointKind kind;
    private final CheckpointGroup group;
    private final long end;
    private final ByteBuffer window =
            ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowAt;
    private long at;
    private int seen;
    private boolean ended;
    private @Nullable Finding damage;

    TagCursor(ByteSource file, CheckpointKind kind, CheckpointGroup group) throws IOException {
        this.file = file;
        this.kind = kind;
        this.group = group;
        long size = file.size();
        this.at = group.offset();
        this.end = group.endWithin(size);
        if (at < 0 || at > size) {
            damage(
                    "vmsn.group-outside",
                    Severity.ERROR,
                    -1,
                    "begins at byte " + Long.toUnsignedString(at) + ", the file has " + size + " bytes");
        }
    }

    /** The next tag, or null at the end of the group. */
    @Nullable
    CheckpointTag next() throws IOException {
        if (ended) {
            return null;
        }
        if (at == end && terminatorFollows()) {
            ended = true;
            at += TERMINATOR_BYTES;
            return null;
        }
        if (at == end) {
            damage("vmsn.no-terminator", Severity.WARNING, at, "ends without the two zero bytes that close it");
            return null;
        }
        if (!has(TERMINATOR_BYTES)) {
            return cutOff();
        }
        int word = Short.toUnsignedInt(window.getShort(index(at)));
        if (word == 0) {
            ended = true;
            at += TERMINATOR_BYTES;
            return null;
        }
        if (++seen > MAX_TAGS) {
            throw new LimitExceededException(
                    "vmsn-tags",
                    file.path(),
                    "group '" + group.label() + "' has more than " + MAX_TAGS + " tags",
                    "the group is damaged or made to exhaust its readers");
        }
        int size = word & 0x3f;
        int indices = word >>> 6 & 3;
        int nameLength = word >>> 8;
        int frame = 2 + nameLength + indices * Integer.BYTES;
        boolean block = size == BLOCK_SIZE || size == COMPRESSED_SIZE;
        int lengths = block ? 2 * kind.lengthBytes() + 2 : 0;
        if (!has(frame + lengths)) {
            return cutOff();
        }
        byte[] name = new byte[nameLength];
        window.get(index(at + 2), name);
        List<Long> values = indices == 0 ? List.of() : indices(at + 2 + nameLength, indices);
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return block
                ? block(text, values, size == BLOCK_SIZE ? Form.BLOCK : Form.COMPRESSED, at + frame)
                : inline(text, values, at + frame, size);
    }

    /** Whether the terminator lies behind the group's size: not every writer may count it. */
    private boolean terminatorFollows() throws IOException {
        ByteBuffer word = ByteBuffer.allocate(TERMINATOR_BYTES);
        return end < file.size() && file.read(end, word) == TERMINATOR_BYTES && word.getShort(0) == 0;
    }

    private List<Long> indices(long from, int count) {
        List<Long> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(Integer.toUnsignedLong(window.getInt(index(from + i * 4L))));
        }
        return List.copyOf(values);
    }

    private CheckpointTag inline(String name, List<Long> indices, long dataAt, int size) {
        CheckpointTag tag = new CheckpointTag(name, indices, Form.INLINE, at, dataAt, size, size, 0);
        return advance(tag);
    }

    private CheckpointTag block(String name, List<Long> indices, Form form, long lengthsAt) {
        long stored = length(lengthsAt);
        long expanded = length(lengthsAt + kind.lengthBytes());
        int padding = Short.toUnsignedInt(window.getShort(index(lengthsAt + 2L * kind.lengthBytes())));
        long dataAt = lengthsAt + 2L * kind.lengthBytes() + 2 + padding;
        // A length past 2^63 is cut to what a long can carry; it is reported as damage right below.
        long held = stored < 0 ? Long.MAX_VALUE - dataAt : Math.min(stored, Long.MAX_VALUE - dataAt);
        return advance(new CheckpointTag(name, indices, form, at, dataAt, held, expanded, padding));
    }

    private CheckpointTag advance(CheckpointTag tag) {
        if (tag.dataOffset() > end || tag.storedBytes() > end - tag.dataOffset()) {
            damage(
                    "vmsn.tag-past-end",
                    Severity.ERROR,
                    tag.offset(),
                    "has a tag '" + tag.label() + "' of " + tag.storedBytes() + " bytes at byte " + tag.dataOffset()
                            + ", but the group or the file ends at " + end);
        } else {
            at = tag.end();
        }
        return tag;
    }

    private @Nullable CheckpointTag cutOff() {
        damage(
                "vmsn.tag-past-end",
                Severity.ERROR,
                at,
                "has a tag that is cut off: the group or the file ends at " + end);
        return null;
    }

    private void damage(String id, Severity severity, long where, String text) {
        ended = true;
        damage = new Finding(
                id,
                severity,
                file.path(),
                where,
                "group '" + group.label() + "' " + text,
                severity == Severity.ERROR ? "copy the file again if a whole one exists" : "");
    }

    private long length(long from) {
        return kind.hasWideLengths() ? window.getLong(index(from)) : Integer.toUnsignedLong(window.getInt(index(from)));
    }

    private int index(long position) {
        return (int) (position - windowAt);
    }

    /** Makes {@code bytes} bytes at the cursor readable; false if the group ends before. */
    private boolean has(int bytes) throws IOException {
        if (bytes > end - at) {
            return false;
        }
        if (at < windowAt || at + bytes > windowAt + window.limit()) {
            window.clear();
            int got = file.read(at, window);
            window.flip();
            windowAt = at;
            return got >= bytes;
        }
        return true;
    }

    /** What ended the walk early, once {@link #next} has answered null or the tag that is cut off. */
    @Nullable
    Finding damage() {
        return damage;
    }

    /** Where the walk stands: behind the terminator once the group has ended well, even if its size ends before. */
    long position() {
        return at;
    }
}

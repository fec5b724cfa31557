package io.vmdisk.snapshot.vmsn;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Magic, container version and group table of a checkpoint.
 *
 * @param kind from the magic
 * @param version of the container, unsigned; readers ignore it
 * @param groups in table order
 */
record CheckpointHeader(CheckpointKind kind, int version, List<CheckpointGroup> groups) {
    static final int TABLE_AT = 12;
    /** Files are seen with about a hundred groups; a table of this many takes 320 KiB. */
    static final int MAX_GROUPS = 4096;

    private static final int AT_VERSION = 4;
    private static final int AT_COUNT = 8;

    static CheckpointHeader read(ByteSource file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(TABLE_AT).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(0, start);
        int magic = start.getInt(0);
        CheckpointKind kind = CheckpointKind.of(magic)
                .orElseThrow(() -> new MalformedFileException(
                        "vmsn-magic",
                        file.path(),
                        0,
                        String.format(
                                "not a checkpoint: the first four bytes are %08x, bed2bed2 or a relative is expected",
                                magic),
                        "check that this is a .vmsn or .vmss file"));
        long count = Integer.toUnsignedLong(start.getInt(AT_COUNT));
        if (count > MAX_GROUPS) {
            throw new LimitExceededException(
                    "vmsn-groups",
                    file.path(),
                    "the header names " + count + " groups, at most " + MAX_GROUPS + " are read");
        }
        ByteBuffer table =
                ByteBuffer.allocate((int) count * CheckpointGroup.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(TABLE_AT, table);
        List<CheckpointGroup> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(CheckpointGroup.parse(table, i * CheckpointGroup.BYTES));
        }
        CheckpointHeader header = new CheckpointHeader(kind, start.getInt(AT_VERSION), List.copyOf(groups));
        if (!kind.hasWideLengths()) {
            header.requirePlausibleTable(file);
        }
        return header;
    }

    /** Whether the oldest files have tables of this form is not known, so only a table that fits the file is believed. */
    private void requirePlausibleTable(ByteSource file) throws IOException {
        long size = file.size();
        for (CheckpointGroup group : groups) {
            if (group.offset() < 0
                    || group.size() < 0
                    || group.offset() > size
                    || group.size() > size - group.offset()) {
                throw new UnsupportedFeatureException(
                        "vmsn-old",
                        file.path(),
                        "this checkpoint of an old product has a group table of unknown form (group '" + group.label()
                                + "' would lie outside the file)",
                        "only the product that wrote it can read it");
            }
        }
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(TABLE_AT + groups.size() * CheckpointGroup.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, kind.magic()).putInt(AT_VERSION, version).putInt(AT_COUNT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).encode(bytes, TABLE_AT + i * CheckpointGroup.BYTES);
        }
        return bytes;
    }
}

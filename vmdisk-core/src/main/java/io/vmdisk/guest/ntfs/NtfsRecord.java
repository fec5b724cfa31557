package io.vmdisk.guest.ntfs;

import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the master file table in use, its fixups undone and its attributes cut out.
 *
 * @param number its place in the table
 * @param sequence how often the place was used
 * @param base the record it continues, or 0
 * @param attributes in the order in which they stand
 */
record NtfsRecord(long number, int sequence, long base, List<NtfsAttribute> attributes) {
    private static final int MAGIC = 0x454C4946; // "FILE"
    private static final int IN_USE = 1;
    private static final int END = -1;
    private static final long NUMBER_MASK = 0xFFFF_FFFF_FFFFL;
    private static final int RESIDENT_HEAD = 24;
    private static final int NON_RESIDENT_HEAD = 64;

    /** The record number in a reference. */
    static long numberOf(long reference) {
        return reference & NUMBER_MASK;
    }

    /** The sequence in a reference. */
    static int sequenceOf(long reference) {
        return (int) (reference >>> 48);
    }

    static NtfsRecord parse(GuestWindow window, long at, long number, ByteBuffer b) throws IOException {
        if (b.getInt(0) != MAGIC) {
            throw window.malformed("ntfs-record", at, "NTFS record " + number + " has no mark");
        }
        NtfsFixups.undo(window, at, b);
        int first = b.getShort(20) & 0xFFFF;
        long used = b.getInt(24) & 0xFFFFFFFFL;
        if ((b.getShort(22) & IN_USE) == 0 || used > b.limit() || first < 42 || first > used || first % 8 != 0) {
            throw window.malformed("ntfs-record", at, "NTFS record " + number + " is not in use or has a broken head");
        }
        List<NtfsAttribute> attributes = new ArrayList<>();
        int next = first;
        while (true) {
            if (next + 4 > used) {
                throw window.malformed("ntfs-record", at, "the attributes of NTFS record " + number + " do not end");
            }
            if (b.getInt(next) == END) {
                break;
            }
            NtfsAttribute attribute = attribute(window, at, number, b.slice(next, (int) used - next));
            attributes.add(attribute);
            next += attribute.bytes().limit();
        }
        return new NtfsRecord(number, b.getShort(16) & 0xFFFF, numberOf(b.getLong(32)), List.copyOf(attributes));
    }

    private static NtfsAttribute attribute(GuestWindow window, long at, long number, ByteBuffer rest)
            throws IOException {
        ByteBuffer b = rest.order(ByteOrder.LITTLE_ENDIAN);
        if (b.limit() >= RESIDENT_HEAD) {
            long length = b.getInt(4) & 0xFFFFFFFFL;
            int nameBytes = (b.get(9) & 0xFF) * 2;
            int nameAt = b.getShort(10) & 0xFFFF;
            boolean resident = b.get(8) == 0;
            long content = resident ? (b.getShort(20) & 0xFFFF) + (b.getInt(16) & 0xFFFFFFFFL) : runsAt(b);
            int head = resident ? RESIDENT_HEAD : NON_RESIDENT_HEAD;
            if (length % 8 == 0
                    && length >= head
                    && length <= b.limit()
                    && content <= length
                    && (nameBytes == 0 || nameAt + nameBytes <= length)) {
                ByteBuffer bytes = b.slice(0, (int) length).order(ByteOrder.LITTLE_ENDIAN);
                byte[] name = new byte[nameBytes];
                if (nameBytes > 0) {
                    bytes.get(nameAt, name);
                }
                return new NtfsAttribute(b.getInt(0), new String(name, StandardCharsets.UTF_16LE), bytes);
            }
        }
        throw window.malformed("ntfs-record", at, "an attribute of NTFS record " + number + " is broken");
    }

    private static long runsAt(ByteBuffer attribute) {
        return attribute.limit() < NON_RESIDENT_HEAD ? Long.MAX_VALUE : attribute.getShort(32) & 0xFFFF;
    }

    List<NtfsAttribute> find(int type, String name) {
        return attributes.stream()
                .filter(a -> a.type() == type && a.name().equals(name))
                .toList();
    }
}

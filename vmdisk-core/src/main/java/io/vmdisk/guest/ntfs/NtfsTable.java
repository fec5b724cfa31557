package io.vmdisk.guest.ntfs;

import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The master file table: records by number, and streams put together from the records they are spread over.
 *
 * <p>The table describes itself: its first record says where the rest is, and if that does not fit, an attribute list
 * names further records, each of which lies in the part known by then. One thread.
 */
final class NtfsTable {
    static final int MFT = 0;
    static final int MIRROR = 1;
    static final int LOG_FILE = 2;
    static final int VOLUME = 3;
    static final int ROOT = 5;
    static final int BITMAP = 6;
    static final int BOOT = 7;

    private static final String UNNAMED = "";
    private static final int MIRRORED_RECORDS = 4;
    /** Windows allows no longer list. */
    private static final int MAX_LIST_BYTES = 256 << 10;

    private static final int LIST_ENTRY_HEAD = 26;

    private final GuestWindow window;
    private final NtfsBootSector boot;
    private final NtfsStream table;

    private NtfsTable(GuestWindow window, NtfsBootSector boot, NtfsStream table) {
        this.window = window;
        this.boot = boot;
        this.table = table;
    }

    static NtfsTable open(GuestWindow window, NtfsBootSector boot) throws IOException {
        long at = boot.mftCluster() * boot.clusterBytes();
        ByteBuffer bytes = window.read(at, boot.recordBytes(), ByteOrder.LITTLE_ENDIAN);
        NtfsRecord first = NtfsRecord.parse(window, at, MFT, bytes);
        NtfsTable table = new NtfsTable(window, boot, new NtfsStream(window, boot, "$MFT"));
        for (NtfsAttribute part : first.find(NtfsAttribute.DATA, UNNAMED)) {
            table.table.add(part);
        }
        for (ListEntry entry : table.list(first)) {
            if (entry.type == NtfsAttribute.DATA && entry.firstVcn > 0) {
                table.table.add(table.resolve(first, entry));
            }
        }
        table.table.requireComplete();
        table.requireMirror();
        return table;
    }

    /** The stream of the table itself. */
    NtfsStream self() {
        return table;
    }

    NtfsRecord record(long number) throws IOException {
        return NtfsRecord.parse(window, 0, number, bytes(number));
    }

    private ByteBuffer bytes(long number) throws IOException {
        if (number > table.writtenBytes() / boot.recordBytes()) {
            throw window.malformed("ntfs-record", 0, "NTFS record " + number + " is behind the end of the table");
        }
        return table.read(number * boot.recordBytes(), boot.recordBytes());
    }

    /** The unnamed data of a file, which must be non-resident. */
    NtfsStream data(long number, String what) throws IOException {
        return stream(record(number), NtfsAttribute.DATA, UNNAMED, what)
                .orElseThrow(
                        () -> window.malformed("ntfs-stream", 0, "NTFS record " + number + " has no data: " + what));
    }

    /** A stream of a file, from all records it is spread over. */
    Optional<NtfsStream> stream(NtfsRecord base, int type, String name, String what) throws IOException {
        List<NtfsAttribute> parts = parts(base, type, name);
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        NtfsStream stream = new NtfsStream(window, boot, what);
        for (NtfsAttribute part : parts) {
            stream.add(part);
        }
        stream.requireComplete();
        return Optional.of(stream);
    }

    /** All parts of an attribute, in order. */
    List<NtfsAttribute> parts(NtfsRecord base, int type, String name) throws IOException {
        if (base.find(NtfsAttribute.ATTRIBUTE_LIST, UNNAMED).isEmpty()) {
            return base.find(type, name);
        }
        List<NtfsAttribute> parts = new ArrayList<>();
        for (ListEntry entry : list(base)) {
            if (entry.type == type && entry.name.equals(name)) {
                parts.add(resolve(base, entry));
            }
        }
        return parts;
    }

    private record ListEntry(int type, String name, long firstVcn, long reference, int id) {}

    private List<ListEntry> list(NtfsRecord base) throws IOException {
        List<NtfsAttribute> lists = base.find(NtfsAttribute.ATTRIBUTE_LIST, UNNAMED);
        if (lists.isEmpty()) {
            return List.of();
        }
        ByteBuffer b = listBytes(base, lists.get(0));
        List<ListEntry> entries = new ArrayList<>();
        int at = 0;
        while (at + LIST_ENTRY_HEAD <= b.limit()) {
            int length = b.getShort(at + 4) & 0xFFFF;
            int nameBytes = (b.get(at + 6) & 0xFF) * 2;
            int nameAt = b.get(at + 7) & 0xFF;
            if (length < LIST_ENTRY_HEAD || at + length > b.limit() || (nameBytes > 0 && nameAt + nameBytes > length)) {
                throw window.malformed(
                        "ntfs-record", 0, "the attribute list of NTFS record " + base.number() + " is broken");
            }
            String name = nameBytes == 0 ? UNNAMED : GuestText.utf16(b, at + nameAt, nameBytes);
            entries.add(new ListEntry(
                    b.getInt(at), name, b.getLong(at + 8), b.getLong(at + 16), b.getShort(at + 24) & 0xFFFF));
            at += length;
        }
        return entries;
    }

    private ByteBuffer listBytes(NtfsRecord base, NtfsAttribute list) throws IOException {
        if (list.isResident()) {
            return list.value();
        }
        NtfsStream stream = new NtfsStream(window, boot, "attribute list of record " + base.number());
        stream.add(list);
        stream.requireComplete();
        if (stream.dataBytes() > MAX_LIST_BYTES) {
            throw window.malformed(
                    "ntfs-record", 0, "the attribute list of NTFS record " + base.number() + " is too long");
        }
        return stream.read(0, (int) stream.dataBytes());
    }

    private NtfsAttribute resolve(NtfsRecord base, ListEntry entry) throws IOException {
        long number = NtfsRecord.numberOf(entry.reference);
        NtfsRecord holder = number == base.number() ? base : record(number);
        if (number == base.number() || holder.base() == base.number()) {
            for (NtfsAttribute attribute : holder.find(entry.type, entry.name)) {
                if (attribute.id() == entry.id
                        && attribute.firstVcn() == entry.firstVcn
                        && holder.sequence() == NtfsRecord.sequenceOf(entry.reference)) {
                    return attribute;
                }
            }
        }
        throw window.malformed(
                "ntfs-record",
                0,
                "the attribute list of NTFS record " + base.number() + " names record " + number
                        + ", which does not hold what it should");
    }

    /** The first records are kept twice; they differ after a torn write or where a tool broke one of them. */
    private void requireMirror() throws IOException {
        for (int number = 0; number < MIRRORED_RECORDS; number++) {
            long at = boot.mirrorCluster() * boot.clusterBytes() + (long) number * boot.recordBytes();
            ByteBuffer copy = window.read(at, boot.recordBytes(), ByteOrder.LITTLE_ENDIAN);
            NtfsRecord second = NtfsRecord.parse(window, at, number, copy);
            if (!second.equals(record(number))) {
                throw window.malformed("ntfs-mirror", at, "the two copies of NTFS record " + number + " differ");
            }
        }
    }
}

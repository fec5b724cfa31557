package io.vmdisk.guest.ntfs;

import io.vmdisk.Sector;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The index of the root directory, searched in full for one name.
 *
 * <p>No descent by collation, which would need the volume's own table of capitals: every node is read once, whatever
 * order the names are in. One thread.
 */
final class NtfsRootDirectory {
    private static final String INDEX = "$I30";
    private static final int MAGIC = 0x58444E49; // "INDX"
    private static final int MAX_NODE_BYTES = 65536;
    private static final long MAX_NODES = 1 << 20;
    private static final int NODE_HEADER_AT = 24;
    private static final int ENTRY_HEAD = 16;
    private static final int HAS_CHILD = 1;
    private static final int LAST = 2;
    private static final int NAME_LENGTH_AT = 64;

    private final GuestWindow window;
    private final NtfsBootSector boot;
    private final NtfsTable table;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final BitSet seen = new BitSet();
    private int nodeBytes;

    NtfsRootDirectory(GuestWindow window, NtfsBootSector boot, NtfsTable table) {
        this.window = window;
        this.boot = boot;
        this.table = table;
    }

    /** The record of the file of that name, in whatever case. */
    OptionalLong find(String name) throws IOException {
        NtfsRecord root = table.record(NtfsTable.ROOT);
        List<NtfsAttribute> parts = table.parts(root, NtfsAttribute.INDEX_ROOT, INDEX);
        if (parts.size() != 1
                || !parts.get(0).isResident()
                || parts.get(0).value().limit() < 32) {
            throw malformed("has no root");
        }
        ByteBuffer top = parts.get(0).value();
        nodeBytes = top.getInt(8);
        if (nodeBytes < 512 || nodeBytes > MAX_NODE_BYTES || Integer.bitCount(nodeBytes) != 1) {
            throw malformed("has nodes of " + nodeBytes + " bytes");
        }
        OptionalLong found = search(top, 16, name);
        if (found.isEmpty() && !waiting.isEmpty()) {
            Optional<NtfsStream> nodes = table.stream(root, NtfsAttribute.INDEX_ALLOCATION, INDEX, "index of the root");
            if (nodes.isEmpty()) {
                throw malformed("has no nodes");
            }
            found = searchNodes(nodes.get(), name);
        }
        return found;
    }

    private OptionalLong searchNodes(NtfsStream nodes, String name) throws IOException {
        while (!waiting.isEmpty()) {
            long at = waiting.pop();
            if (at % nodeBytes != 0 || at / nodeBytes >= MAX_NODES || seen.get((int) (at / nodeBytes))) {
                throw malformed("leads to a node twice or to none, at byte " + at);
            }
            seen.set((int) (at / nodeBytes));
            ByteBuffer node = nodes.read(at, nodeBytes);
            if (node.getInt(0) != MAGIC) {
                throw malformed("has a node without mark at byte " + at);
            }
            NtfsFixups.undo(window, 0, node);
            OptionalLong found = search(node, NODE_HEADER_AT, name);
            if (found.isPresent()) {
                return found;
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong search(ByteBuffer node, int headerAt, String name) throws IOException {
        ByteBuffer b = node.order(ByteOrder.LITTLE_ENDIAN);
        long first = headerAt + (b.getInt(headerAt) & 0xFFFFFFFFL);
        long end = headerAt + (b.getInt(headerAt + 4) & 0xFFFFFFFFL);
        if (end > b.limit() || first > end) {
            throw malformed("has a node whose entries leave it");
        }
        int at = (int) first;
        while (at + ENTRY_HEAD <= end) {
            int length = b.getShort(at + 8) & 0xFFFF;
            int keyBytes = b.getShort(at + 10) & 0xFFFF;
            int flags = b.getShort(at + 12);
            boolean child = (flags & HAS_CHILD) != 0;
            if (length < ENTRY_HEAD + (child ? 8 : 0) || length % 8 != 0 || at + length > end) {
                throw malformed("has a broken entry");
            }
            if (child) {
                addChild(b.getLong(at + length - 8));
            }
            if ((flags & LAST) != 0) {
                return OptionalLong.empty();
            }
            if (ENTRY_HEAD + keyBytes > length || keyBytes < NAME_LENGTH_AT + 2) {
                throw malformed("has a broken key");
            }
            int nameBytes = (b.get(at + ENTRY_HEAD + NAME_LENGTH_AT) & 0xFF) * 2;
            if (NAME_LENGTH_AT + 2 + nameBytes > keyBytes) {
                throw malformed("has a name that leaves its key");
            }
            if (GuestText.utf16(b, at + ENTRY_HEAD + NAME_LENGTH_AT + 2, nameBytes)
                    .equalsIgnoreCase(name)) {
                return OptionalLong.of(NtfsRecord.numberOf(b.getLong(at)));
            }
            at += length;
        }
        throw malformed("has a node without end");
    }

    /** Children are numbered in clusters, or in 512 bytes where a node is smaller than a cluster. */
    private void addChild(long vcn) throws IOException {
        if (vcn < 0 || vcn > boot.clusters() * Math.max(1, boot.clusterBytes() / Sector.BYTES)) {
            throw malformed("leads outside the volume");
        }
        waiting.push(vcn * (nodeBytes >= boot.clusterBytes() ? boot.clusterBytes() : 512));
    }

    private IOException malformed(String problem) {
        return window.malformed("ntfs-index", 0, "the index of the NTFS root directory " + problem);
    }
}

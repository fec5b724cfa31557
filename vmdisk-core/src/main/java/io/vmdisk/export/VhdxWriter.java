package io.vmdisk.export;

import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Writes a dynamic VHDX without parent, in blocks of 2 MiB. Little-endian; everything lies at whole MiB.
 *
 * <pre>
 * 0                    "vhdxfile" and the creator's name
 * 64 KiB, 128 KiB      two headers: the one with the larger sequence number counts; no log to replay
 * 192 KiB, 256 KiB     two equal region tables: where metadata and BAT are
 * 1 MiB                the log, 1 MiB of zeros
 * 2 MiB                metadata, 1 MiB: block size, size, identity, sector sizes
 * 3 MiB                BAT: for each block its place and state 6 (present), or 0: zeros; behind every 2048 entries one
 *                      for a bitmap that only children have, 0
 * then                 blocks, in the order of the disk
 * </pre>
 *
 * <p>(MS-VHDX.)
 */
final class VhdxWriter implements ImageWriter {
    /** Zeros of this size are holes inside blocks, too. */
    static final int UNIT = 64 << 10;

    static final int BLOCK = 2 << 20;
    static final long MAX_BYTES = 64L << 40;

    private static final int MIB = 1 << 20;
    private static final int KIB = 1 << 10;
    private static final int SECTOR = Sector.BYTES;

    /** Blocks for which one bitmap of 1 MiB has a bit for each sector: 2^23 sectors. */
    private static final int BLOCKS_PER_BITMAP = (int) ((1L << 23) * SECTOR / BLOCK);

    private static final int PRESENT = 6;
    private static final int PAGE = 64 << 10;
    private static final long LOG_AT = MIB;
    private static final long METADATA_AT = 2L * MIB;
    private static final long BAT_AT = 3L * MIB;
    private static final int HEADER_BYTES = 4096;
    private static final int ITEMS_AT = 64 * KIB;
    private static final int REQUIRED = 4;
    private static final int OF_THE_DISK = 2;

    private static final UUID BAT_REGION = UUID.fromString("2DC27766-F623-4200-9D64-115E9BFD4A08");
    private static final UUID METADATA_REGION = UUID.fromString("8B7CA206-4790-4B9A-B8FE-575F050F886E");
    private static final UUID FILE_PARAMETERS = UUID.fromString("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    private static final UUID DISK_SIZE = UUID.fromString("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    private static final UUID DISK_ID = UUID.fromString("BECA12AB-B2E6-4523-93EF-C309E000C746");
    private static final UUID LOGICAL_SECTOR = UUID.fromString("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
    private static final UUID PHYSICAL_SECTOR = UUID.fromString("CDA348C7-445D-4471-9CC9-E9885251C556");

    private final BlockFile file;
    private final long capacity;
    private final RandomGenerator identifiers;
    private final ByteBuffer page = littleEndian(PAGE);
    private long pageIndex = -1;
    private long block = -1;
    private long blockAt;
    private long next;

    VhdxWriter(BlockFile file, long capacity, RandomGenerator identifiers) {
        this.file = file;
        this.capacity = capacity;
        this.identifiers = identifiers;
        this.next = BAT_AT + batBytes(capacity);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long batBytes(long capacity) {
        long blocks = Sector.ceilDiv(capacity, BLOCK);
        long entries = blocks + Math.max(0, blocks - 1) / BLOCKS_PER_BITMAP;
        return Math.max(1, Sector.ceilDiv(entries * Long.BYTES, MIB)) * MIB;
    }

    static long imageBytes(long capacity, long blocks) {
        return BAT_AT + batBytes(capacity) + blocks * BLOCK;
    }

    @Override
    public long place(long at, long length) throws IOException {
        if (at / BLOCK != block) {
            block = at / BLOCK;
            blockAt = next;
            next += BLOCK;
            enter(block + block / BLOCKS_PER_BITMAP, blockAt | PRESENT);
        }
        return blockAt + at % BLOCK;
    }

    /** Entries come ascending, so one page of them is open at a time. */
    private void enter(long index, long entry) throws IOException {
        long at = index * Long.BYTES;
        if (at / PAGE != pageIndex) {
            writePage();
            pageIndex = at / PAGE;
        }
        page.putLong((int) (at % PAGE), entry);
    }

    private void writePage() throws IOException {
        if (pageIndex >= 0) {
            file.writeFully(BAT_AT + pageIndex * PAGE, page.clear());
            page.clear().put(new byte[PAGE]).clear();
        }
    }

    @Override
    public void finish() throws IOException {
        writePage();
        file.setSize(next);
        file.writeFully(METADATA_AT, metadata());
        ByteBuffer regions = regions();
        file.writeFully(192 * KIB, regions.duplicate());
        file.writeFully(256 * KIB, regions);
        UUID fileWrite = identifier();
        UUID dataWrite = identifier();
        file.writeFully(64 * KIB, header(1, fileWrite, dataWrite));
        file.writeFully(128 * KIB, header(2, fileWrite, dataWrite));
        ByteBuffer start = littleEndian(64);
        start.put("vhdxfile".getBytes(StandardCharsets.US_ASCII)).put("vmdisk".getBytes(StandardCharsets.UTF_16LE));
        file.writeFully(0, start.clear());
    }

    private UUID identifier() {
        return new UUID(identifiers.nextLong() & ~0xF000L | 0x4000L, identifiers.nextLong() & ~(3L << 62) | 1L << 63);
    }

    private ByteBuffer header(long sequence, UUID fileWrite, UUID dataWrite) {
        ByteBuffer header = littleEndian(HEADER_BYTES);
        header.put("head".getBytes(StandardCharsets.US_ASCII)).putInt(0).putLong(sequence);
        put(header, fileWrite);
        put(header, dataWrite);
        put(header, new UUID(0, 0));
        header.putShort((short) 0).putShort((short) 1).putInt(MIB).putLong(LOG_AT);
        return summed(header);
    }

    private ByteBuffer regions() {
        ByteBuffer table = littleEndian(64 * KIB);
        table.put("regi".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .putInt(2)
                .putInt(0);
        put(table, BAT_REGION);
        table.putLong(BAT_AT).putInt(Math.toIntExact(batBytes(capacity))).putInt(1);
        put(table, METADATA_REGION);
        table.putLong(METADATA_AT).putInt(MIB).putInt(1);
        return summed(table);
    }

    /** The checksum stands behind the signature, and counts as zero. */
    private static ByteBuffer summed(ByteBuffer structure) {
        CRC32C sum = new CRC32C();
        sum.update(structure.clear());
        return structure.putInt(4, (int) sum.getValue()).clear();
    }

    private ByteBuffer metadata() {
        ByteBuffer region = littleEndian(ITEMS_AT + 64);
        region.put("metadata".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 0)
                .putShort((short) 5);
        region.position(32);
        int at = ITEMS_AT;
        at = item(region, FILE_PARAMETERS, at, 8, REQUIRED);
        at = item(region, DISK_SIZE, at, 8, REQUIRED | OF_THE_DISK);
        at = item(region, DISK_ID, at, 16, REQUIRED | OF_THE_DISK);
        at = item(region, LOGICAL_SECTOR, at, 4, REQUIRED | OF_THE_DISK);
        item(region, PHYSICAL_SECTOR, at, 4, REQUIRED | OF_THE_DISK);
        region.position(ITEMS_AT);
        region.putInt(BLOCK).putInt(0).putLong(capacity);
        put(region, identifier());
        region.putInt(SECTOR).putInt(SECTOR);
        return region.clear();
    }

    private static int item(ByteBuffer table, UUID id, int at, int length, int flags) {
        put(table, id);
        table.putInt(at).putInt(length).putInt(flags).putInt(0);
        return at + length;
    }

    /** As Windows has it: the first three parts little-endian, the rest as it is written. */
    private static void put(ByteBuffer into, UUID id) {
        long high = id.getMostSignificantBits();
        into.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
        into.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
    }
}

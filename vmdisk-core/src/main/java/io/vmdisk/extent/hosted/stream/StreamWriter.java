package io.vmdisk.extent.hosted.stream;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.extent.hosted.HostedCreation;
import io.vmdisk.extent.hosted.HostedFlags;
import io.vmdisk.extent.hosted.HostedHeader;
import io.vmdisk.extent.hosted.HostedLayout;
import io.vmdisk.extent.hosted.StreamMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a stream-optimised file from its first byte to its last; the channel need not be able to seek.
 *
 * <p>Tables come last: each behind the grains it names, then directory, footer and end of stream, also for a disk
 * without data. Empty tables are left out. Grains come packed, so that packing can run elsewhere on many threads, and
 * ascending. Memory is one table, the directory and a buffer. For one thread; the channel stays the caller's, and what
 * was written is whole only after {@link #finish}.
 */
public final class StreamWriter {
    /** Bytes of a grain; readers of such files expect no other. */
    public static final int GRAIN_BYTES = HostedLayout.DEFAULT_GRAIN_SECTORS * HostedLayout.SECTOR;

    /** Bytes of the area in which the descriptor stands. */
    public static final int DESCRIPTOR_BYTES = HostedCreation.descriptorBytes();

    static final int GRAIN_SECTORS = HostedLayout.DEFAULT_GRAIN_SECTORS;

    private static final int SECTOR = HostedLayout.SECTOR;
    /** Entries of a table. */
    public static final int ENTRIES = HostedHeader.STANDARD_ENTRIES;

    private static final int VERSION = 3;
    private static final int DEFLATE = 1;
    private static final int DESCRIPTOR_SECTOR = 1;

    /** Where all writers of this layout put the first grain; importers of VirtualBox start there. */
    private static final int OVERHEAD_SECTORS = 128;

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int NO_TABLE = -1;

    private final WritableByteChannel out;
    private final Path name;
    private final long capacitySectors;
    private final long grains;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer table =
            ByteBuffer.allocate(ENTRIES * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer directory;
    private int openTable = NO_TABLE;
    private long nextGrain;
    private long sector;
    private boolean finished;

    /**
     * Writes header and descriptor.
     *
     * @param capacitySectors virtual size, not negative
     * @param descriptor the area's bytes, {@link #DESCRIPTOR_BYTES} of them
     * @param name what the stream is called in messages
     */
    public StreamWriter(WritableByteChannel out, long capacitySectors, byte[] descriptor, Path name)
            throws IOException {
        if (capacitySectors < 0 || descriptor.length != DESCRIPTOR_BYTES) {
            throw new IllegalArgumentException(
                    "capacity " + capacitySectors + " sectors, descriptor of " + descriptor.length + " bytes");
        }
        HostedLayout layout = HostedLayout.of(capacitySectors, GRAIN_SECTORS, ENTRIES, name);
        this.out = out;
        this.name = name;
        this.capacitySectors = capacitySectors;
        this.grains = Sector.ceilDiv(capacitySectors, GRAIN_SECTORS);
        this.directory = ByteBuffer.allocate(Math.toIntExact(layout.directorySectors() * SECTOR))
                .order(ByteOrder.LITTLE_ENDIAN);
        put(header(HostedHeader.DIRECTORY_AT_END));
        put(ByteBuffer.wrap(descriptor));
        put(ByteBuffer.allocate((OVERHEAD_SECTORS - DESCRIPTOR_SECTOR) * SECTOR - descriptor.length));
    }

    private ByteBuffer header(long directorySector) {
        return new HostedHeader(
                        VERSION,
                        HostedFlags.NEWLINE_CHECK | HostedFlags.COMPRESSED | HostedFlags.MARKERS,
                        capacitySectors,
                        GRAIN_SECTORS,
                        DESCRIPTOR_SECTOR,
                        HostedLayout.DESCRIPTOR_SECTORS,
                        ENTRIES,
                        0,
                        directorySector,
                        OVERHEAD_SECTORS,
                        false,
                        DEFLATE,
                        ByteBuffer.allocate(SECTOR).asReadOnlyBuffer())
                .encode();
    }

    /**
     * Appends a grain.
     *
     * @param grain its number, larger than that of the grain before
     * @param block what {@link GrainPacker#pack} made of it
     */
    public void append(long grain, ByteBuffer block) throws IOException {
        if (finished
                || grain < nextGrain
                || grain >= grains
                || block.remaining() == 0
                || block.remaining() % SECTOR != 0) {
            throw new IllegalArgumentException("grain " + grain + " of " + grains + ", expected at least " + nextGrain
                    + "; block of " + block.remaining() + " bytes");
        }
        int wanted = (int) (grain / ENTRIES);
        if (wanted != openTable) {
            closeTable();
            openTable = wanted;
        }
        table.putInt((int) (grain % ENTRIES) * Integer.BYTES, place(block.remaining() / SECTOR));
        put(block);
        nextGrain = grain + 1;
    }

    /** The next sector as an entry names it, if {@code sectors} from there on lie where entries can point. */
    private int place(long sectors) throws LimitExceededException {
        if (sectors > HostedLayout.MAX_FILE_SECTORS - sector) {
            throw new LimitExceededException(
                    "extent-size",
                    name,
                    "the stream would grow past " + HostedLayout.MAX_FILE_SECTORS * SECTOR
                            + " bytes, where its 32-bit sector numbers end",
                    "convert the disk to another format, or to a smaller disk");
        }
        return (int) sector;
    }

    private void closeTable() throws IOException {
        if (openTable == NO_TABLE) {
            return;
        }
        put(StreamMarker.of(StreamMarker.TABLE, table.capacity() / SECTOR));
        directory.putInt(openTable * Integer.BYTES, place(table.capacity() / SECTOR));
        put(table.clear());
        Arrays.fill(table.array(), (byte) 0);
        openTable = NO_TABLE;
    }

    /** Writes what stands behind the last grain; the file is whole afterwards. */
    public void finish() throws IOException {
        if (finished) {
            throw new IllegalStateException("the stream is finished");
        }
        closeTable();
        put(StreamMarker.of(StreamMarker.DIRECTORY, directory.capacity() / SECTOR));
        long directorySector = Integer.toUnsignedLong(place(directory.capacity() / SECTOR));
        put(directory.clear());
        put(StreamMarker.of(StreamMarker.FOOTER, 1));
        put(header(directorySector));
        put(StreamMarker.of(StreamMarker.END_OF_STREAM, 0));
        drain();
        finished = true;
    }

    private void put(ByteBuffer bytes) throws IOException {
        sector += bytes.remaining() / SECTOR;
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            if (buffer.position() == 0 && bytes.remaining() >= BUFFER_BYTES) {
                out.write(bytes);
                continue;
            }
            int count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(buffer.position(), bytes, bytes.position(), count);
            buffer.position(buffer.position() + count);
            bytes.position(bytes.position() + count);
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}

package io.vmdisk.guest.ntfs;

import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.FileSystemReader;
import io.vmdisk.guest.FreeRuns;
import io.vmdisk.guest.FreeSink;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The free space of NTFS: the zero bits of {@code $Bitmap}, read a piece at a time.
 *
 * <p>NTFS keeps no count and no checksum of it. What proves it: a volume at rest, whole records, both copies of the
 * first records equal, and a bitmap that marks all system files read on the way as used.
 */
public final class NtfsFileSystem implements FileSystemReader {
    private static final int CHUNK_BYTES = 1 << 20;

    private final GuestWindow window;
    private final NtfsBootSector boot;
    private final NtfsStream bitmap;
    private final NavigableMap<Long, Long> systemEnds;
    private final FileSystemFacts facts;

    private NtfsFileSystem(
            GuestWindow window,
            NtfsBootSector boot,
            NtfsStream bitmap,
            NavigableMap<Long, Long> systemEnds,
            FileSystemFacts facts) {
        this.window = window;
        this.boot = boot;
        this.bitmap = bitmap;
        this.systemEnds = systemEnds;
        this.facts = facts;
    }

    public static NtfsFileSystem open(GuestWindow window) throws IOException {
        NtfsBootSector boot = NtfsBootSector.parse(window);
        NtfsTable table = NtfsTable.open(window, boot);
        NtfsState state = new NtfsState(window, boot, table);
        state.requireClean();
        NtfsStream bitmap = table.data(NtfsTable.BITMAP, "$Bitmap");
        long needed = (boot.clusters() + 7) / 8;
        if (bitmap.writtenBytes() < needed) {
            throw window.malformed(
                    "ntfs-bitmap", 0, "$Bitmap has " + bitmap.writtenBytes() + " bytes, needed are " + needed);
        }
        NavigableMap<Long, Long> systemEnds = new TreeMap<>();
        addRuns(table.self(), systemEnds);
        addRuns(bitmap, systemEnds);
        addRuns(table.data(NtfsTable.MIRROR, "$MFTMirr"), systemEnds);
        addRuns(table.data(NtfsTable.LOG_FILE, "$LogFile"), systemEnds);
        addRuns(table.data(NtfsTable.BOOT, "$Boot"), systemEnds);
        Optional<NtfsStream> root =
                table.stream(table.record(NtfsTable.ROOT), NtfsAttribute.INDEX_ALLOCATION, "$I30", "index of the root");
        if (root.isPresent()) {
            addRuns(root.get(), systemEnds);
        }
        FileSystemFacts facts =
                new FileSystemFacts("ntfs", state.label(), boot.clusterBytes(), boot.clusters() * boot.clusterBytes());
        return new NtfsFileSystem(window, boot, bitmap, systemEnds, facts);
    }

    private static void addRuns(NtfsStream stream, NavigableMap<Long, Long> ends) {
        stream.forEachRun((cluster, count) -> ends.merge(cluster, cluster + count, Math::max));
    }

    @Override
    public FileSystemFacts facts() {
        return facts;
    }

    @Override
    public long walk(FreeSink sink) throws IOException {
        FreeSink checked = (start, length) -> {
            requireNoSystemFile(start, length);
            sink.free(start, length);
        };
        FreeRuns runs = new FreeRuns(window, 0, boot.clusterBytes(), boot.clusters(), checked);
        for (long cluster = 0; cluster < boot.clusters(); cluster += CHUNK_BYTES * 8L) {
            int bits = (int) Math.min(CHUNK_BYTES * 8L, boot.clusters() - cluster);
            ByteBuffer chunk = bitmap.read(cluster / 8, (bits + 7) / 8);
            runs.addZeroBits(chunk, bits, cluster);
        }
        runs.finish();
        return runs.total() * boot.clusterBytes();
    }

    private void requireNoSystemFile(long start, long length) throws IOException {
        long first = (start - window.start()) / boot.clusterBytes();
        long last = first + length / boot.clusterBytes() - 1;
        Map.Entry<Long, Long> before = systemEnds.floorEntry(last);
        if (before != null && before.getValue() > first) {
            throw window.malformed(
                    "ntfs-bitmap",
                    start - window.start(),
                    "$Bitmap calls clusters " + first + " to " + last + " free, which hold a system file");
        }
    }
}

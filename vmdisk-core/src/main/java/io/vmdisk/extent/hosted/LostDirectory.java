package io.vmdisk.extent.hosted;

import io.vmdisk.Progress;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a header should say that places its directory outside the file, while the redundant one lies in it. */
final class LostDirectory {
    private LostDirectory() {}

    /**
     * The same header if nothing is wrong with the place of its directory, or if no other is there.
     *
     * <p>Every product puts the directory behind the redundant one and its tables. If a directory is there that says the
     * same, it was only lost by the header; otherwise the redundant one is all that is left, and counts as the directory.
     */
    static HostedHeader found(BlockFile file, HostedHeader header) throws IOException {
        HostedLayout layout =
                HostedLayout.of(header.capacitySectors(), header.grainSectors(), header.entriesPerTable(), file.path());
        HostedTableReader tables = new HostedTableReader(file, header, layout);
        if (tables.hasPrimary() || !tables.hasRedundant()) {
            return header;
        }
        long redundant = header.redundantDirectorySector();
        HostedHeader usual = header.withTables(header.capacitySectors(), redundant, redundant + layout.copySectors());
        return saysTheSame(new HostedTableReader(file, usual, layout))
                ? usual
                : header.withTables(header.capacitySectors(), redundant, redundant)
                        .withoutRedundantTables();
    }

    private static boolean saysTheSame(HostedTableReader tables) throws IOException {
        if (!tables.hasPrimary()) {
            return false;
        }
        boolean[] same = {true};
        tables.forEachTable(
                Progress.NONE,
                "repair",
                (table, sector, entries, redundantSector, redundantEntries) ->
                        same[0] &= isCopy(sector, entries, redundantSector, redundantEntries));
        return same[0];
    }

    private static boolean isCopy(
            long sector, @Nullable ByteBuffer entries, long redundantSector, @Nullable ByteBuffer redundantEntries) {
        return entries == null || redundantEntries == null
                ? sector <= 1 && redundantSector <= 1
                : sector != redundantSector && entries.mismatch(redundantEntries) < 0;
    }
}

package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;

/**
 * Puts the header in order: the free sector behind everything, and the mark of an unclean shutdown gone.
 *
 * <p>Guest data, tables and directory stay as they are, and must be sound: a file in which a check finds other errors is
 * refused. Running it twice changes nothing more.
 */
final class CowdRepair {
    /** The header and what shares its block: what a repair may change. */
    static final int METADATA_BYTES = 4096;

    private CowdRepair() {}

    /** Repairs a file that nobody has open. */
    static void resetHeader(BlockFile file, Progress progress) throws IOException {
        for (Finding finding : CowdChecker.check(file, progress)) {
            if (finding.severity() == Severity.ERROR && !finding.id().equals(CowdChecker.FREE_SECTOR)) {
                throw new UnsafeStateException(
                        "damaged",
                        file.path(),
                        "the grain tables themselves are damaged: " + finding.message(),
                        Remedy.of(Kind.SALVAGE).and(" makes a new disk of what can be read"));
            }
        }
        CowdLayout layout = CowdExtents.layout(file);
        CowdHeader header = layout.header();
        long end = Math.max(layout.firstFreeSector(), Sector.ceilDiv(file.size(), CowdHeader.SECTOR_BYTES));
        long free = Math.min(end, CowdLayout.MAX_FILE_SECTORS - 1);
        if (header.freeSector() == free && header.uncleanShutdown() == 0) {
            return;
        }
        if (file.size() < end * CowdHeader.SECTOR_BYTES) {
            file.setSize(end * CowdHeader.SECTOR_BYTES);
        }
        file.force();
        file.writeFully(0, header.withFreeSector(free).asClean().encode());
        file.force();
    }
}
